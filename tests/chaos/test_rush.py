"""The process is killed while a crowd waits: the next start leaves nobody "thinking"."""

import asyncio

import pytest

from bot.playground.guild import Limits, Message, Sent
from bot.video.values.videos import State
from tests.chaos.database import Database
from tests.chaos.harness import Harness

pytestmark = pytest.mark.long

CROWD = 200
SHOWN = 20  # cards there when the process is killed
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
    await harness.bot.start()
    await harness.online()
    crowd = [await maya.command("films", "video", {"prompt": f"fox {n}"}) for n in range(CROWD)]
    await asyncio.gather(*(sent.responded(30) for sent in crowd))

    def shown() -> list[Sent]:
        return [sent for sent in crowd if not message_of(sent).loading]

    await harness.discord.changed(lambda: len(shown()) >= SHOWN, within=60)
    await harness.bot.kill()
    assert len(shown()) < CROWD

    await harness.bot.start()
    await harness.online()
    await harness.discord.changed(lambda: len(shown()) == CROWD, within=60)
    with_card = [sent for sent in crowd if NOT_BEGUN not in message_of(sent).text]
    kept = [task for task in waiting.tasks() if task.state is State.QUEUED]
    assert len(kept) == len(with_card)
    async with asyncio.timeout(30):  # the last card's row is written after Discord's answer
        while not all(task.ready_at for task in waiting.tasks()):
            await harness.pulse(0.2)
    for task in kept:
        assert sum(task.id in str(message_of(sent).components) for sent in with_card) == 1
    assert waiting.read(lambda books: list(books.discrepancies())) == []
