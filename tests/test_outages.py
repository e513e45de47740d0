"""An outage is a line when it begins, one a minute while it lasts, and one when it ends."""

import logging
from collections.abc import Callable

import pytest

from bot.errors import ApiError, Cause, Certainty, FilmError
from bot.outages import CALM, EVERY, Outage, in_words


class Seconds:
    """A counter that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def outage(seconds: Seconds) -> Outage:
    """It calls nobody back."""
    return Outage("The database", monotonic=seconds, level=logging.ERROR, later=lambda *_: None)


def fails(outage: Outage, seconds: Seconds, *, lasting: int, why: str = "disk full") -> None:
    """Eight failures a second."""
    for _ in range(lasting * 8):
        outage.failed(why)
        seconds.now += 0.125


def test_an_outage_of_three_minutes_is_five_lines(
    outage: Outage, seconds: Seconds, caplog: pytest.LogCaptureFixture
) -> None:
    fails(outage, seconds, lasting=185)
    for _ in range(100):
        outage.worked()
        seconds.now += 1.0

    assert caplog.messages == [
        "The database fails, and is tried again: disk full",
        "The database still fails, after 60 s and 481 tries: disk full",
        "The database still fails, after 2 min and 961 tries: disk full",
        "The database still fails, after 3 min and 1441 tries: disk full",
        "The database works again, after 3 min",
    ]
    assert {each.action for each in caplog.records} == {"outage"}  # type: ignore[attr-defined]


def test_a_success_among_failures_ends_nothing(
    outage: Outage, seconds: Seconds, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(5):
        fails(outage, seconds, lasting=5)
        outage.worked()

    assert outage.is_on
    assert len(caplog.messages) == 1


def test_it_ends_with_the_first_success_after_some_calm(
    outage: Outage, seconds: Seconds, caplog: pytest.LogCaptureFixture
) -> None:
    outage.failed("gone")
    seconds.now += CALM / 2
    outage.worked()
    assert outage.is_on

    seconds.now += CALM
    outage.worked()

    assert not outage.is_on
    assert caplog.messages[-1] == "The database works again, after 5 s"


def test_it_ends_without_another_call(seconds: Seconds, caplog: pytest.LogCaptureFixture) -> None:
    waits: list[tuple[float, Callable[[], None]]] = []
    outage = Outage(
        "Discord", monotonic=seconds, later=lambda wait, call: waits.append((wait, call))
    )
    outage.failed("gone")
    seconds.now += 4
    outage.worked()
    outage.worked()
    ((wait, call),) = waits
    seconds.now += wait
    outage.failed("gone again")
    call()
    assert outage.is_on

    seconds.now += 1
    outage.worked()
    wait, call = waits.pop()
    seconds.now += wait
    call()

    assert not outage.is_on
    assert caplog.messages[-1] == "Discord works again, after 11 s"


def test_short_outages_one_after_the_other_fill_no_log(
    outage: Outage, seconds: Seconds, caplog: pytest.LogCaptureFixture
) -> None:
    minutes = 10
    for _ in range(minutes * 4):
        outage.failed("gone")
        seconds.now += EVERY / 4
        outage.worked()

    assert len(caplog.messages) <= 2 * minutes


def test_an_answer_that_refuses_is_no_outage(outage: Outage) -> None:
    with pytest.raises(ApiError), outage.watching():
        raise ApiError(Cause.REJECTED, sent=Certainty.NO, status=400)
    assert not outage.is_on

    with pytest.raises(ApiError), outage.watching():
        raise ApiError(Cause.UNAVAILABLE, sent=Certainty.NO, status=503)
    assert outage.is_on


def test_a_link_to_a_video_is_not_told(outage: Outage, caplog: pytest.LogCaptureFixture) -> None:
    link = OSError("https://videos.example/secret.mp4")
    with pytest.raises(FilmError), outage.watching():
        raise FilmError("cut", is_final=False) from link

    assert caplog.messages == ["The database fails, and is tried again: cut"]


def test_a_page_in_an_error_is_a_short_line(
    outage: Outage, caplog: pytest.LogCaptureFixture
) -> None:
    page = OSError("<html>\n" + "Bad gateway " * 1000)
    with pytest.raises(ApiError), outage.watching():
        raise ApiError(Cause.UNAVAILABLE, sent=Certainty.NO) from page

    (line,) = caplog.messages
    assert line.startswith("The database fails, and is tried again: OSError: <html> Bad gateway")
    assert len(line) < 300


@pytest.mark.parametrize(
    ("lasts", "words"), [(0.4, "0 s"), (119, "119 s"), (180, "3 min"), (9000, "2.5 h")]
)
def test_a_length_reads_well(lasts: float, words: str) -> None:
    assert in_words(lasts) == words
