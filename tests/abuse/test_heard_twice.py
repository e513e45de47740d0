"""An interaction arrives twice, by a replay or in a second process with the same token: the
bot does the work once, charges once and answers once."""

from pathlib import Path
from typing import Any

from sqlalchemy import text

from bot.db.tables import metadata
from bot.playground.guild import LocalDiscord
from bot.video.values.cards import Card
from bot.video.values.videos import State
from tests.abuse.forged import a_message
from tests.cogs.harness import Harness, dealt_with, local_bot, shown

FOX = {"prompt": "a fox in the snow"}
AS = "olga"  # she owns the server


async def rows(harness: Harness) -> dict[str, list[Any]]:
    """All that is kept."""

    def read(books: Any) -> dict[str, list[Any]]:
        tables = {each.name: f"SELECT * FROM {each.name}" for each in metadata.sorted_tables}
        return {
            name: sorted(map(repr, books.connection.execute(text(statement)).all()))
            for name, statement in tables.items()
        }

    return await harness.store.tx(read)


async def going(harness: Harness) -> list[Card]:
    return [each for each in await harness.films() if each.task.state is not State.CANCELLED]


async def calm(harness: Harness) -> None:
    """Whatever was heard has been dealt with."""
    sent = await harness.discord.actor("leo").command("films", "quota")
    await sent.responded()
    await dealt_with()


async def test_a_command_that_is_replayed_is_paid_once_and_answered_once(harness: Harness) -> None:
    sent = await harness.discord.actor("maya").command("films", "video", FOX)
    message = await shown(sent)
    await harness.told()

    sent.replay()
    await calm(harness)

    assert len(await harness.films()) == 1
    assert [one.id for one in harness.discord.actor("maya").messages("films")] == [message.id]


async def test_a_press_of_again_that_is_replayed_is_paid_once(harness: Harness) -> None:
    maya = harness.discord.actor("maya")
    await shown(await maya.command("films", "video", FOX))
    custom_id = f"v1:again:{await harness.told()}"
    again = await maya.press(a_message(maya, custom_id), custom_id=custom_id)

    again.replay()
    await again.responded()
    again.replay()
    await calm(harness)

    assert len(await harness.films()) == 2


async def test_two_processes_with_one_token_and_one_database_make_one_video(
    tmp_path: Path, discord: LocalDiscord, pg_url: str
) -> None:
    async with (
        local_bot(tmp_path, discord=discord, url=pg_url) as one,
        local_bot(tmp_path, discord=discord, url=pg_url),
    ):
        for _ in range(4):
            await shown(await discord.actor("maya").command("films", "video", FOX))
        await calm(one)

        assert len(await going(one)) == 4
        assert len(discord.actor("maya").messages("films")) == 4


async def test_two_processes_with_databases_of_their_own_keep_one_order(
    tmp_path: Path, discord: LocalDiscord
) -> None:
    """Only one of them can answer: the other finds an answer that is not its own."""
    folders = [tmp_path / "one", tmp_path / "two"]
    async with (
        local_bot(folders[0], discord=discord) as one,
        local_bot(folders[1], discord=discord) as two,
    ):
        message = await shown(await discord.actor("maya").command("films", "video", FOX))
        await one.told()
        await two.told()

        kept = [*await going(one), *await going(two)]
        assert len(kept) == 1
        assert kept[0].task.id in str(message.components)
        assert len(discord.actor("maya").messages("films")) == 1


async def test_a_moderators_act_that_two_processes_hear_is_audited_once(
    tmp_path: Path, discord: LocalDiscord, pg_url: str
) -> None:
    async with (
        local_bot(tmp_path, discord=discord, url=pg_url) as one,
        local_bot(tmp_path, discord=discord, url=pg_url),
    ):
        values = {"member": "leo", "amount": 3}
        await shown(await discord.actor(AS).command("films", "limits grant", values))
        await calm(one)

        audit = (await rows(one))["audit"]
        assert len([each for each in audit if "granted" in each or "gave" in each]) == 1
