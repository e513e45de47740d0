"""Whether a refusal is about the video or about everyone: the rule alone."""

from datetime import timedelta

import pytest

from bot.errors import ApiError, Cause, Certainty
from bot.video.life.verdicts import STEPS, Trial, Verdict, counts, verdict, wait_after, words_of


def trial(
    cause: Cause, tries: int, *, others_go_on: bool = False, refused: int = 2, **known: bool
) -> Trial:
    return Trial(cause=cause, tries=tries, others_go_on=others_go_on, refused=refused, **known)


@pytest.mark.parametrize("cause", [Cause.KEY, Cause.CREDIT, Cause.BUSY, Cause.UNREADABLE])
def test_the_first_refusal_stops_all_and_counts(cause: Cause) -> None:
    first = trial(cause, 0)
    assert (verdict(first), counts(first)) == (Verdict.PAUSE, True)


@pytest.mark.parametrize("tries", [0, 1, 9])
def test_what_was_never_sent_says_nothing_about_a_video(tries: int) -> None:
    unsent = trial(Cause.UNAVAILABLE, tries, others_go_on=True)
    assert (verdict(unsent), counts(unsent)) == (Verdict.PAUSE, False)


@pytest.mark.parametrize("cause", [Cause.UNREADABLE, Cause.NOT_FOUND])
def test_a_refusal_without_a_known_reason_is_the_videos_own_at_the_second_time(
    cause: Cause,
) -> None:
    assert verdict(trial(cause, 1)) is Verdict.STEP_BACK
    assert verdict(trial(cause, len(STEPS))) is Verdict.STEP_BACK
    assert verdict(trial(cause, len(STEPS) + 1)) is Verdict.END


@pytest.mark.parametrize("cause", [Cause.UNREADABLE, Cause.NOT_FOUND])
def test_what_many_are_told_while_none_is_taken_is_nobodys_own(cause: Cause) -> None:
    assert (verdict(trial(cause, 9, refused=3)), counts(trial(cause, 9, refused=3))) == (
        Verdict.PAUSE,
        False,
    )
    assert verdict(trial(cause, 9, refused=3, others_go_on=True)) is Verdict.END
    dear = trial(Cause.CREDIT, 9, refused=3, is_covered=True)
    assert (verdict(dear), counts(dear)) == (Verdict.PAUSE, False)


@pytest.mark.parametrize("cause", [Cause.KEY, Cause.BUSY])
def test_what_the_api_says_of_all_is_a_videos_own_only_where_others_are_taken(
    cause: Cause,
) -> None:
    assert verdict(trial(cause, 4)) is Verdict.PAUSE
    assert not counts(trial(cause, 4))
    assert verdict(trial(cause, 1, others_go_on=True)) is Verdict.STEP_BACK
    assert verdict(trial(cause, 4, others_go_on=True)) is Verdict.END


@pytest.mark.parametrize("cause", [Cause.KEY, Cause.BUSY])
def test_what_only_one_video_was_told_stops_no_other_and_fails_it_neither(cause: Cause) -> None:
    alone = trial(cause, 4, refused=1)
    assert (verdict(alone), counts(alone)) == (Verdict.STEP_BACK, False)


@pytest.mark.parametrize(
    ("is_covered", "has_cheaper", "expected", "is_counted"),
    [
        (True, False, Verdict.END, True),
        (False, True, Verdict.STEP_BACK, False),
        (False, False, Verdict.STEP_BACK, False),
        (None, False, Verdict.PAUSE, False),
    ],
)
def test_no_credit_is_believed_as_far_as_the_balance_says_so(
    is_covered: bool, has_cheaper: bool, expected: Verdict, is_counted: bool
) -> None:
    told = Trial(
        cause=Cause.CREDIT,
        tries=4,
        others_go_on=True,
        is_covered=is_covered,
        has_cheaper=has_cheaper,
    )
    assert (verdict(told), counts(told)) == (expected, is_counted)


def test_a_video_stands_back_longer_each_time() -> None:
    waits = [wait_after(trial(Cause.UNREADABLE, tries)) for tries in range(6)]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (timedelta(minutes=1), timedelta(minutes=30))
    assert wait_after(trial(Cause.CREDIT, 1, is_covered=False)) == timedelta(minutes=10)


def test_what_the_api_said_is_kept_in_one_line() -> None:
    error = ApiError(
        Cause.UNREADABLE, sent=Certainty.NO, status=403, code="odd", message="Not this one"
    )
    assert words_of(error) == "HTTP 403 odd Not this one"
    assert words_of(ApiError(Cause.UNREADABLE, sent=Certainty.NO)) == ""
