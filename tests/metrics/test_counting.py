"""What counts, and under which of few labels."""

from datetime import timedelta

import pytest
from msgspec.json import encode
from prometheus_client import CollectorRegistry, generate_latest
from yarl import URL

from bot.errors import Fate, PostError, Reason
from bot.metrics.announcer import HeardAnnouncer
from bot.metrics.answers import Answers
from bot.metrics.counters import Counters
from bot.metrics.routes import method_of, route_of
from bot.video.doors.hearing import snowflake
from bot.video.values.posts import Post, PostKind, PostState, Rung
from bot.video.values.videos import State, VideoTask
from tests.fakes import FakeClock, RecordingAnnouncer
from tests.metrics.scrapes import Scrape, scraped

BASE = URL("https://discord.com/api/v10")
TOKEN = "aW50ZXJhY3Rpb246c2VjcmV0"
CALLBACK = f"/api/v10/interactions/%d/{TOKEN}/callback"
CARD = f"/api/v10/webhooks/1/{TOKEN}/messages/@original"


class Counted:
    """Counters, and what a scrape says of them."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.counters = Counters(self.registry)

    def scrape(self) -> Scrape:
        return scraped(generate_latest(self.registry).decode())


@pytest.fixture
def counted() -> Counted:
    return Counted()


class Heard:
    """An interaction as it arrives."""

    def __init__(self, clock: FakeClock, ago: float = 0.0) -> None:
        self.created_at = clock.now() - timedelta(seconds=ago)
        self.id = snowflake(self.created_at)


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/channels/123/messages/456", "/channels/{id}/messages/{id}"),
        (f"/webhooks/1/{TOKEN}/messages/@original", "/webhooks/{id}/{id}/messages/@original"),
        (f"/interactions/1/{TOKEN}/callback", "/interactions/{id}/{id}/callback"),
        ("/users/@me/channels", "/users/@me/channels"),
        ("/channels/1/messages/2/reactions/🦊", "/channels/{id}/messages/{id}/reactions/{id}"),
        ('/guilds/"}\n evil{a="', "/guilds/{id}"),
        ("/" + "a/" * 50, "other"),
        ("/", "/"),
    ],
)  # fmt: skip
def test_a_route_is_a_label_without_ids_tokens_or_anybodys_words(path: str, route: str) -> None:
    assert route_of(URL(str(BASE) + path), BASE) == route


def test_other_hosts_and_methods_are_one_label_each() -> None:
    assert route_of(URL("https://cdn.example/attachments/1/fox.mp4"), BASE) == "other"
    assert route_of(URL("http://127.0.0.1:81/v1/tasks/x"), URL("http://127.0.0.1:80")) == "other"
    assert method_of("BREW") == "other"


async def test_a_first_response_is_timed_from_its_creation_by_kind(counted: Counted) -> None:
    clock = FakeClock()
    answers = Answers(counted.counters, clock)
    first, late = Heard(clock), Heard(clock, ago=-0.001)
    for interaction in (first, late):
        await answers.heard(interaction)
    await clock.advance(0.2)
    answers.answered("POST", CALLBACK % first.id, 200, encode({"type": 4, "data": {"flags": 64}}))
    await clock.advance(0.5)
    answers.answered("POST", CALLBACK % late.id, 204, encode({"type": 9, "data": {"title": "x"}}))

    seen = counted.scrape()
    total = "videobot_acknowledgement_seconds_sum"
    assert seen[f'{total}{{response="message"}}'] == pytest.approx(0.2, abs=0.01)
    assert seen[f'{total}{{response="form"}}'] == pytest.approx(0.7, abs=0.01)
    assert seen["videobot_first_card_seconds_count"] == 0


async def test_a_card_counts_once_whether_it_comes_at_once_or_in_a_deferred_responses_place(
    counted: Counted,
) -> None:
    clock = FakeClock()
    answers = Answers(counted.counters, clock)
    at_once = Heard(clock)
    await answers.heard(at_once)
    await clock.advance(0.1)
    answers.answered("POST", CALLBACK % at_once.id, 200, encode({"type": 4, "data": {"flags": 0}}))
    deferred = Heard(clock)
    await answers.heard(deferred)
    answers.answered("POST", CALLBACK % deferred.id, 200, encode({"type": 5}))
    answers.answered("PATCH", CARD, 500, b"")
    await clock.advance(3)
    for _ in range(3):  # the card, and its edits
        answers.answered("PATCH", CARD, 200, b"")

    seen = counted.scrape()
    assert seen["videobot_first_card_seconds_count"] == 2
    assert seen["videobot_first_card_seconds_sum"] == pytest.approx(3.1, abs=0.01)
    assert seen['videobot_acknowledgement_seconds_count{response="deferred"}'] == 1


async def test_refused_repeated_and_strange_first_responses_count_for_nothing(
    counted: Counted,
) -> None:
    clock = FakeClock()
    answers = Answers(counted.counters, clock)
    heard = Heard(clock)
    await answers.heard(heard)
    answers.answered("POST", CALLBACK % heard.id, 404, encode({"type": 4}))
    answers.answered("POST", CALLBACK % 99, 200, encode({"type": 4}))
    answers.answered("POST", CALLBACK % heard.id, 200, b'--boundary\r\n"type": 5')
    answers.answered("POST", CALLBACK % heard.id, 200, encode({"type": 4}))

    counts = {
        name: count
        for name, count in counted.scrape().items()
        if name.startswith("videobot_acknowledgement_seconds_count")
    }
    assert counts == {'videobot_acknowledgement_seconds_count{response="message"}': 1}


def test_states_and_reasons_count_and_a_video_by_how_late_it_was_noticed(counted: Counted) -> None:
    now = FakeClock().now()
    task = VideoTask(
        id="t", request_id="r", server_id=1, user_id=1, state=State.COMPLETED, price=1,
        created_at=now, ended_at=now, film_until=now + timedelta(hours=23, minutes=59, seconds=50),
    )  # fmt: skip
    failed = VideoTask(
        id="t", request_id="r", server_id=1, user_id=1, state=State.FAILED, price=1,
        created_at=now, reason=Reason.POLICY,
    )  # fmt: skip
    counted.counters.moved(task)
    counted.counters.moved(failed)

    seen = counted.scrape()
    assert seen['videobot_video_states_total{state="completed"}'] == 1
    assert seen['videobot_video_states_total{state="failed"}'] == 1
    assert seen['videobot_video_states_total{state="lost"}'] == 0
    assert seen['videobot_unmade_videos_total{reason="policy"}'] == 1
    assert seen["videobot_detection_delay_seconds_sum"] == pytest.approx(10)


async def test_messages_count_by_kind_and_by_what_became_of_them(counted: Counted) -> None:
    clock = FakeClock()
    fake = RecordingAnnouncer(clock, script={"find": [PostError(Fate.LATER)]})
    announcer = HeardAnnouncer(fake, counted.counters.delivered, clock)
    post = Post(id="p", kind=PostKind.FILM, state=PostState.DUE, rung=Rung.CHANNEL, nonce="n")
    await announcer.remove(post)
    with pytest.raises(PostError):
        await announcer.find(post)

    seen = counted.scrape()
    assert seen['videobot_messages_total{act="remove",kind="film",result="done"}'] == 1
    assert seen['videobot_messages_total{act="find",kind="film",result="later"}'] == 1
