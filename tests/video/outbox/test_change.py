"""Messages that are changed, found again or say what nobody can read."""

import ast
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

import bot.video
from bot.errors import Fate, PostError
from bot.video.doors.settings import change as set_to
from bot.video.moderation import approval
from bot.video.outbox.change import change
from bot.video.outbox.new_posts import approval_id, reply_id
from bot.video.outbox.notices import tell_operator
from bot.video.values.posts import PostKind, PostState
from bot.video.values.videos import State
from tests.statements import executing
from tests.video.harness import SERVER, Harness

MODS, SAM = 98, 500
MIDDLE = Path(str(bot.video.__file__)).parent


def calls(name: str) -> list[str]:
    """Which folders of the middle call a statement of the books."""
    return [
        str(file.relative_to(MIDDLE).parts[0])
        for file in MIDDLE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr == name
        and ast.unparse(node.value) == "books"
    ]


@pytest.mark.parametrize(
    ("statement", "folder"), [("change_post", "outbox"), ("mark_delivery", "life")]
)
def test_a_message_is_changed_in_one_place_and_its_delivery_noted_in_another(
    statement: str, folder: str
) -> None:
    assert set(calls(statement)) == {folder}


def test_nobody_reads_what_a_message_is_for_from_its_id() -> None:
    words = ("startswith", "endswith", "removeprefix", "partition")
    guesses = [
        f"{file}: {ast.unparse(node)}"
        for folder in (MIDDLE, MIDDLE.parent / "ui", MIDDLE.parent.parent / "cogs")
        for file in folder.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in words
        and ast.unparse(node.value).endswith(("post.id", "post_id"))
    ]
    assert guesses == []


async def test_a_change_makes_an_edit_due_only_of_what_is_shown(harness: Harness) -> None:
    task_id = (await harness.accept()).task.id
    owed = await harness.store.tx(change, reply_id(task_id), at=harness.clock.now())
    await harness.videos.answered(task_id, message_id=500)
    shown = await harness.store.tx(change, reply_id(task_id), at=harness.clock.now())

    assert (owed.state, shown.state) == (PostState.SENDING, PostState.DUE)
    assert shown.due_at == harness.clock.now()


async def test_a_card_that_is_found_again_shows_what_was_decided_meanwhile(
    harness: Harness,
) -> None:
    await harness.videos.moderate(set_to, (SERVER, SAM), "moderators_channel", MODS)
    harness.announcer.script["notice"] = [PostError(Fate.UNKNOWN)]
    task_id = (await harness.accept()).task.id
    await harness.videos.answered(task_id, message_id=500)
    await harness.videos.moderate(approval.hold, (SERVER, SAM), task_id)
    await harness.clock.advance(1)  # the card was sent, and the answer to that was lost
    await harness.videos.moderate(approval.approve, (SERVER, SAM), task_id, is_administrator=True)
    await harness.clock.advance(60)

    last = [each for each in harness.announcer.said if each.post.kind is PostKind.APPROVAL][-1]
    content: Any = last.post.content
    assert (last.what, content.decision) == ("show", "approved")
    assert last.card.task.state is not State.HELD
    post = await harness.store.tx(lambda books: books.post(approval_id(task_id)))
    assert post.state is PostState.THERE


async def test_what_no_version_wrote_is_logged_and_holds_nothing_up(
    harness: Harness, caplog: pytest.LogCaptureFixture
) -> None:
    task_id = await harness.ask()
    await harness.clock.advance(10)
    harness.api.finish()

    def spoil(books) -> None:
        tell_operator(books, "key", now=harness.clock.now())
        books.connection.execute(text("UPDATE posts SET content = '[1]' WHERE kind = 'operator'"))

    await harness.store.tx(spoil)
    await harness.clock.advance(90)

    assert await harness.posts(task_id) == {"reply": "there", "film": "there"}
    assert await harness.store.tx(lambda books: books.survey().owed) == []
    assert [each for each in caplog.messages if "Cannot read the content" in each]


async def test_a_film_whose_content_nobody_can_read_is_delivered(harness: Harness) -> None:
    task_id = await harness.ask()
    await harness.clock.advance(10)
    harness.announcer.script["film"] = [PostError(Fate.LATER, retry_after=30)]
    harness.api.finish()
    await harness.clock.advance(20)
    await harness.store.tx(
        executing(text("UPDATE posts SET content = 'nonsense' WHERE kind = 'film'"))
    )
    await harness.clock.advance(90)

    assert (await harness.posts(task_id))["film"] == "there"
