"""A server's budget is per calendar month, read from the bill, with warnings on the way."""

import secrets

import pytest

from bot.errors import Refusal
from bot.video.doors import settings as changes
from bot.video.servers.audit import Act
from tests.fakes import START, named
from tests.video.harness import SERVER, Harness, Start


async def change(harness: Harness, path: str, value: object) -> None:
    act = Act(server_id=SERVER, by=9, choose=secrets.choice, now=START)
    await harness.store.tx(changes.change, act, path, value)


async def notices(harness: Harness) -> list[tuple[str, int, int]]:
    """What is owed about budgets: subject, share, channel."""

    def read(books):
        posts = [books.post(each.post_id) for each in books.survey().owed]
        return [(*named(post.content), post.channel_id) for post in posts]

    found = await harness.store.tx(read)
    return sorted((name, facts["share"], at) for name, facts, at in found if "budget" in name)


@pytest.fixture
async def quiet(start: Start):
    """A harness that delivers nothing, so that owed posts stay visible."""
    async with start() as harness:
        harness.engine.delivery.agenda.put = lambda *_: None
        yield harness


async def test_no_film_goes_over_the_months_budget_and_the_next_month_is_new(quiet) -> None:
    await change(quiet, "budget", 60)
    await quiet.ask()
    await quiet.ask()
    await quiet.clock.advance(10)

    with pytest.raises(Refusal) as refused:
        await quiet.accept()
    assert refused.value.reason == "budget"
    assert refused.value.retry_at is not None
    assert refused.value.retry_at.isoformat() == "2026-12-01T00:00:00+00:00"
    assert refused.value.offer is None

    quiet.clock._now = refused.value.retry_at
    await quiet.accept()


async def test_no_time_is_promised_while_videos_wait_that_may_use_up_the_next_months_budget(
    quiet,
) -> None:
    await change(quiet, "budget", 60)
    await quiet.accept()
    await quiet.accept()

    with pytest.raises(Refusal) as refused:
        await quiet.accept()
    assert (refused.value.reason, refused.value.retry_at) == ("budget", None)


async def test_each_share_is_told_once_to_the_moderators(quiet) -> None:
    await change(quiet, "budget", 100)
    await change(quiet, "moderators_channel", 55)

    await quiet.accept()
    assert await notices(quiet) == []
    await quiet.accept()
    assert await notices(quiet) == [("budget.share", 50, 55)]
    await quiet.accept()
    assert await notices(quiet) == [("budget.share", 50, 55), ("budget.share", 80, 55)]
    await quiet.accept(duration=3)
    assert ("budget.spent", 100, 55) in await notices(quiet)


async def test_without_a_moderators_channel_the_operator_hears_of_it(quiet) -> None:
    await change(quiet, "budget", 30)
    await quiet.accept()

    assert await notices(quiet) == [("operator.budget.spent", 100, 0)]
