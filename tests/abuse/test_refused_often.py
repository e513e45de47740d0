"""Members who are refused again and again, and what the bot keeps of that."""

import json

import pytest

from bot.errors import Refusal, RuleRefusal
from bot.video.values.moderation import RuleAction
from tests.exports import kept_of
from tests.video.harness import OTHER, PERSON, SERVER, Harness, Start, limits


async def drafts(middle: Harness, user: int = PERSON) -> int:
    """Requests without a task."""
    kept = await kept_of(middle.store, user)
    return len(kept["requests"]) - len(kept["tasks"])


async def test_a_person_has_one_offer_in_a_server_however_often_they_are_refused(start: Start):
    async with start(limits=limits(daily=30)) as middle:
        offers = []
        for user in (PERSON, PERSON, PERSON, OTHER):
            with pytest.raises(Refusal) as refused:
                await middle.accept(prompt="a fox", duration=15, user=user)
            offers.append(refused.value.offer)

        assert all(offers)
        assert [await drafts(middle), await drafts(middle, OTHER)] == [1, 1]


async def test_a_refusal_that_is_repeated_is_one_entry_that_counts(middle: Harness):
    await middle.rules().add(
        (SERVER, 500), name="r", pattern="gore", is_pattern=False, action=RuleAction.REFUSE
    )
    for _ in range(3):
        with pytest.raises(RuleRefusal):
            await middle.accept(prompt="gore")
    entries = await middle.store.tx(lambda books: books.audit(SERVER, limit=9))
    refused = [each for each in entries if each.action == "refused"]

    assert [json.loads(each.details)["times"] for each in refused] == [3]
    assert refused[0].at == middle.clock.now()
