"""Every command, button and form that changes something keeps its interaction's id. Here,
another process has handled each interaction already, so nothing may change."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from bot.db.books import SqlBooks
from bot.db.tables import metadata
from bot.playground.guild import Sent
from bot.playground.guild.demo import FILMS, GUILD, OWNER
from bot.ui.items import Verb
from bot.video.values.boards import Board
from tests.abuse.forged import a_form, a_message, commands, subjects
from tests.cogs.harness import Harness, shown

# What only opens a form or a question, or says what is refused before anything is looked up.
ONLY_ASKS = {
    Verb.DENY,
    Verb.FORM_AGAIN,
    Verb.BLOCK,
    Verb.LIMIT_PERSON,
    Verb.EXTRA,
    Verb.RULE_WRITE,
}


async def rows(harness: Harness) -> dict[str, list[str]]:
    """All that is kept."""

    def read(books: Any) -> dict[str, list[str]]:
        found = {
            each.name: books.connection.execute(text(f"SELECT * FROM {each.name}")).all()
            for each in metadata.sorted_tables
        }
        return {name: sorted(map(repr, lines)) for name, lines in found.items()}

    return await harness.store.tx(read)


async def an_order(harness: Harness) -> str:
    sent = await harness.discord.actor("maya").command("films", "video", {"prompt": "a fox"})
    await shown(sent)
    return await harness.told()


async def a_board(harness: Harness) -> Board:
    await shown(
        await harness.discord.actor("olga").command("films", "storyboard", {"title": "Dawn"})
    )
    boards = harness.bot.front.services.boards
    board = await boards.open_in(FILMS)
    assert board is not None
    shot = boards.new_shot("a fox", author_id=OWNER)
    return await boards.change(
        board.id, GUILD, lambda it: Board(**{**_fields(it), "shots": (shot,)})
    )


def _fields(board: Board) -> dict[str, Any]:
    return {name: getattr(board, name) for name in board.__struct_fields__}


class Elsewhere:
    """Another process has acted for every interaction; `asked` counts how often this one tried."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.asked = 0
        patch.setattr(SqlBooks, "keep_interaction", self._refuse)

    def _refuse(self, interaction_id: int, *, by: int) -> bool:
        self.asked += 1
        return False

    async def has_stopped(self, sent: Sent) -> bool:
        """Whether an interaction got as far as its transaction, and was let go of there."""
        before = self.asked
        async with asyncio.timeout(5):
            while self.asked == before and sent.response is None:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
        return sent.response is None


async def test_no_command_does_what_another_process_has_done(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    await an_order(harness)
    await a_board(harness)
    olga = harness.discord.actor("olga")
    before, elsewhere, answered = await rows(harness), Elsewhere(monkeypatch), []

    for name, values in commands(olga.offered("films")):
        sent = await olga.command("films", name, values, forced=True)
        if not await elsewhere.has_stopped(sent):
            answered.append(name)

    assert await rows(harness) == before
    assert answered == ["privacy forget"]  # it asks first


async def test_no_button_does_what_another_process_has_done(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id, board = await an_order(harness), await a_board(harness)
    olga = harness.discord.actor("olga")
    about = subjects(board.id, board.shots[0].id, task_id)
    before, elsewhere, answered = await rows(harness), Elsewhere(monkeypatch), set()

    for verb in harness.bot.front.router.buttons:
        custom_id = f"v1:{verb}:{about.get(verb, task_id)}"
        sent = await olga.press(a_message(olga, custom_id), custom_id=custom_id)
        if not await elsewhere.has_stopped(sent):
            answered.add(verb)

    assert await rows(harness) == before
    assert answered == ONLY_ASKS


async def test_no_form_does_what_another_process_has_done(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id, board = await an_order(harness), await a_board(harness)
    olga = harness.discord.actor("olga")
    about = subjects(board.id, board.shots[0].id, task_id)
    before, elsewhere, answered = await rows(harness), Elsewhere(monkeypatch), set()

    for verb in harness.bot.front.router.forms:
        custom_id = f"v1:{verb}:{about.get(verb, task_id)}"
        sent = await olga.submit(a_form(custom_id), {})
        if not await elsewhere.has_stopped(sent):
            answered.add(verb)

    assert await rows(harness) == before
    assert answered == set()
