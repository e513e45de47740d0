"""A process that others took over from sends nothing more, and its writes do not count."""

import pytest
from sqlalchemy import text

from bot.db.sqlite import FileLease
from bot.errors import Fate, PostError
from bot.video.values.posts import PostKind, PostState, Rung
from tests.fakes import FakeFilms, RecordingAnnouncer
from tests.statements import executing
from tests.video.harness import Harness

SECONDS_TO_A_FILM = 90


@pytest.fixture
def lease(monkeypatch):
    """`lease["held"]` says whether it is; others may share the database."""
    held = {"held": True}
    monkeypatch.setattr(FileLease, "is_held", lambda self: held["held"])
    monkeypatch.setattr(FileLease, "is_shared", property(lambda self: True, lambda *_: None))
    return held


class Gate:
    """Lets the program go on after `act`, once it has come to a certain point."""

    def __init__(self):
        self.act = None

    async def passed(self):
        if self.act is not None:
            act, self.act = self.act, None
            await act()


class GatedFilms(FakeFilms):
    gate = Gate()

    async def fetch(self, url, *, task_id):
        await self.gate.passed()
        return await super().fetch(url, task_id=task_id)


class GatedAnnouncer(RecordingAnnouncer):
    gate = Gate()

    async def send(self, post, about, **call):
        await self.gate.passed()
        return await super().send(post, about, **call)

    async def edit(self, post, about):
        await self.gate.passed()
        await super().edit(post, about)


@pytest.fixture
def films():
    return GatedFilms()


@pytest.fixture
def announcer(clock):
    return GatedAnnouncer(clock)


async def film_under_way(harness: Harness):
    task_id = await harness.ask()
    await harness.clock.advance(10)
    harness.api.finish()
    return task_id


async def post_of(harness: Harness, task_id, kind):
    return await harness.store.tx(lambda books: books.find_post(task_id, kind))


def taken_over(harness: Harness, post_id, **changes):
    """What another process does: it ends this one, and writes down how far it has come itself."""

    async def act():
        def write(books):
            books.connection.execute(text("UPDATE processes SET ended = true"))
            books.change_post(post_id, **changes)

        await harness.store.tx(write)

    return act


async def test_a_film_fetched_while_the_lease_lapsed_is_not_sent(harness: Harness, lease, films):
    async def lapse():
        lease["held"] = False

    task_id = await film_under_way(harness)
    films.gate.act = lapse
    await harness.clock.advance(SECONDS_TO_A_FILM)
    assert harness.announcer.of("film") == []
    assert (await post_of(harness, task_id, PostKind.FILM)).state is PostState.DUE
    assert films.open == 0

    lease["held"] = True
    await harness.clock.advance(10)
    assert [said.ping for said in harness.announcer.of("film")] == [True]
    assert await harness.posts(task_id) == {"reply": "there", "film": "there"}


async def test_a_refusal_heard_too_late_does_not_lead_others_down_the_ladder(
    harness: Harness, lease, announcer
):
    task_id = await film_under_way(harness)
    announcer.script = {"film": [PostError(Fate.REFUSED, code=50013)]}
    theirs = {"state": PostState.SENDING, "attempts": 7}
    announcer.gate.act = taken_over(harness, f"{task_id}.film", **theirs)
    await harness.clock.advance(SECONDS_TO_A_FILM)

    post = await post_of(harness, task_id, PostKind.FILM)
    assert (post.state, post.attempts, post.rung) == (PostState.SENDING, 7, Rung.CHANNEL)


async def test_an_edit_refused_too_late_does_not_take_the_token_from_others(
    harness: Harness, lease, announcer
):
    task_id = await harness.ask()
    announcer.script = {"show": [PostError(Fate.REFUSED, code=50027)]}
    announcer.gate.act = taken_over(harness, f"{task_id}.reply", attempts=7)
    await harness.clock.advance(20)

    post = await post_of(harness, task_id, PostKind.REPLY)
    assert (post.rung, post.token, post.attempts) == (Rung.TOKEN, "secret-token", 7)


async def test_a_process_that_was_taken_over_from_stops_driving_quietly(
    harness: Harness, lease, caplog
):
    task_id = await harness.ask()
    await harness.store.tx(executing(text("UPDATE processes SET ended = true")))
    await harness.clock.advance(300)

    assert harness.api.submitted == []
    assert await harness.state(task_id) == "queued"
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
