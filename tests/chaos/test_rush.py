"""The process is killed while a crowd waits: the next start leaves nobody "thinking"."""

import asyncio

import pytest

from bot.playground.guild import Limits, Message, Sent
from tests.chaos.database import Database
from tests.chaos.harness import Harness

pytestmark = pytest.mark.long

CROWD = 120
SHOWN = 20  # cards in place of "thinking" when the process is killed
CARD = "PATCH */messages/@original"
NOT_BEGUN = "nothing was started and you weren't charged"


def message_of(sent: Sent) -> Message:
    assert sent.message is not None
    return sent.message


async def test_a_kill_in_a_rush_leaves_everybody_with_a_card_or_true_words(
    harness: Harness,
) -> None:
    harness.discord.state.limits.limits = Limits(routes={})
    maya, waiting = harness.discord.actor("maya"), Database(harness.bot.env["DATABASE_URL"])
    harness.bot.env["UNDO_SECONDS"] = "60"  # nothing is ordered meanwhile
    harness.discord.faults.add(CARD, times=SHOWN)  # after these, cards are slow
    harness.discord.faults.add(CARD, times=None, delay=0.5)
    await harness.bot.start()
    await harness.online()
    crowd = [await maya.command("films", "video", {"prompt": f"fox {n}"}) for n in range(CROWD)]
    await asyncio.gather(*(sent.responded(30) for sent in crowd))

    def shown() -> list[Sent]:
        return [sent for sent in crowd if not message_of(sent).loading]

    await harness.discord.changed(lambda: len(shown()) >= SHOWN, within=60)
    await harness.bot.kill()
    harness.discord.faults.clear()
    assert len(shown()) < CROWD

    await harness.bot.start()
    await harness.online()
    await harness.discord.changed(lambda: len(shown()) == CROWD, within=60)
    async with asyncio.timeout(30):  # what was in doubt is withdrawn, or its start is set
        while not all(task.ready_at or task.is_over for task in waiting.tasks()):
            await harness.pulse(0.2)
    with_card = [sent for sent in crowd if NOT_BEGUN not in message_of(sent).text]
    kept = [task for task in waiting.tasks() if not task.is_over]
    assert len(kept) == len(with_card)
    for task in kept:
        assert sum(task.id in str(message_of(sent).components) for sent in with_card) == 1
    assert waiting.read(lambda books: list(books.discrepancies())) == []
