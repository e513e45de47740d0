"""Nobody can decide about their own video, flood a channel, or use the bot to relay messages."""

import asyncio
import logging
import secrets
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.api.folder import FilmFolder
from bot.db import SqlStore
from bot.playground.guild.demo import LEO, MAYA, SAM
from bot.ui.items import Verb
from bot.video.moderation import acts
from bot.video.ports.books import Books
from bot.video.servers.audit import Act
from bot.video.values.contents import BlockedContent
from bot.video.values.posts import PostState
from bot.web import server
from tests.abuse.forged import a_form, a_message, subjects
from tests.cogs.harness import Harness, shown
from tests.fakes import START

SAY = {"prompt": "a fox in the snow"}


async def test_a_blocked_moderator_does_not_unblock_himself(harness: Harness) -> None:
    olga, sam = harness.discord.actor("olga"), harness.discord.actor("sam")
    await shown(await olga.command("films", "moderate block", {"member": "sam"}))

    told = await shown(await sam.command("films", "moderate unblock", {"member": "sam"}))

    assert "your own block" in told.text
    assert await harness.store.tx(lambda books: books.block(sam_server(harness), SAM)) is not None
    await shown(await olga.command("films", "moderate unblock", {"member": "sam"}))
    assert await harness.store.tx(lambda books: books.block(sam_server(harness), SAM)) is None


def sam_server(harness: Harness) -> int:
    return next(iter(harness.discord.state.world.guilds))


async def hold_of(harness: Harness, who: str) -> str:
    """A person's video that a rule holds."""
    values = {"name": "foxes", "word": "fox", "action": "hold"}
    await shown(await harness.discord.actor("olga").command("films", "rules add", values))
    await shown(await harness.discord.actor(who).command("films", "video", SAY))
    return await harness.told()


async def test_a_moderator_does_not_let_his_own_held_video_go_on(harness: Harness) -> None:
    task_id = await hold_of(harness, "sam")
    sam, olga = harness.discord.actor("sam"), harness.discord.actor("olga")

    for verb in (Verb.RELEASE, Verb.APPROVE, Verb.CHEAPER_AS):
        subject = f"{task_id}.3.0.1" if verb is Verb.CHEAPER_AS else task_id
        custom_id = f"v1:{verb}:{subject}"
        told = await shown(await sam.press(a_message(sam, custom_id), custom_id=custom_id))
        assert "your own video" in told.text
        assert (await harness.film()).task.state == "held"

    custom_id = f"v1:approve:{task_id}"
    await (await olga.press(a_message(olga, custom_id), custom_id=custom_id)).responded()
    assert (await harness.film()).task.state == "queued"


async def test_who_owns_the_server_lets_even_their_own_go_on(harness: Harness) -> None:
    """Nobody stands above the owner; the audit says who it was."""
    task_id = await hold_of(harness, "olga")
    olga = harness.discord.actor("olga")

    custom_id = f"v1:approve:{task_id}"
    await (await olga.press(a_message(olga, custom_id), custom_id=custom_id)).responded()

    assert (await harness.film()).task.state == "queued"


async def test_a_rules_name_is_said_as_it_was_written(harness: Harness) -> None:
    name = "**[free](https://bad.example)** <@&1>"
    olga = harness.discord.actor("olga")

    added = await shown(await olga.command("films", "rules add", {"name": name, "word": "fox"}))
    removed = await shown(await olga.command("films", "rules remove", {"name": name}))

    for told in (added, removed):
        assert "\\*\\*\\[free\\]" in told.text
        assert "https://bad.example" not in told.text
        assert "…" not in told.text, "what is escaped is no longer than a name may be"


async def test_a_person_has_five_open_boards_and_can_close_one(harness: Harness) -> None:
    leo = harness.discord.actor("leo")
    for _ in range(5):
        await shown(await leo.command("films", "storyboard"))

    told = await shown(await leo.command("films", "storyboard"))
    assert "Close one first" in told.text

    board = await harness.store.tx(lambda books: books.open_board(told.channel_id))
    assert board is not None
    custom_id = f"v1:board-close:{board.id}"
    await (await leo.press(a_message(leo, custom_id), custom_id=custom_id)).responded()
    assert "Close one" not in (await shown(await leo.command("films", "storyboard"))).text


async def test_who_closes_their_boards_starts_no_more_than_twenty_a_day(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.video.doors.storyboards.OPENED_IN_A_DAY", 3)
    leo, channel_id = harness.discord.actor("leo"), olga_channel(harness)
    for _ in range(3):
        await shown(await leo.command("films", "storyboard"))
        board = await harness.store.tx(lambda books: books.open_board(channel_id))
        assert board is not None
        custom_id = f"v1:board-close:{board.id}"
        await (await leo.press(a_message(leo, custom_id), custom_id=custom_id)).responded()

    told = await shown(await leo.command("films", "storyboard"))

    assert "3 storyboards in this server in the last 24 hours" in told.text
    assert await harness.store.tx(lambda books: books.open_board(channel_id)) is None
    others = await shown(await harness.discord.actor("maya").command("films", "storyboard"))
    assert "in 24 hours" not in others.text


async def test_boards_that_are_asked_for_at_once_are_counted_one_after_the_other(
    harness: Harness,
) -> None:
    leo = harness.discord.actor("leo")

    sent = [await leo.command("films", "storyboard") for _ in range(12)]
    told = await asyncio.gather(*(shown(each) for each in sent))

    assert sum("Close one first" in each.text for each in told) == 7


async def test_a_channel_has_twenty_open_boards(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.video.doors.storyboards.OPEN_OF_PERSON", 100)
    leo = harness.discord.actor("leo")
    for _ in range(20):
        await shown(await leo.command("films", "storyboard"))

    told = await shown(await harness.discord.actor("maya").command("films", "storyboard"))

    assert "This channel has 20 open storyboards" in told.text
    elsewhere = await shown(await leo.command("general", "storyboard"))
    assert "Close one" not in elsewhere.text


async def test_a_form_with_nothing_in_it_is_refused_in_clear_words(
    harness: Harness, caplog: pytest.LogCaptureFixture
) -> None:
    """As a forged client sends it: without a field, or with an empty one."""
    olga = harness.discord.actor("olga")
    await shown(await olga.command("films", "video", SAY))
    task_id = await harness.told()
    await shown(await olga.command("films", "storyboard"))
    board = await harness.store.tx(lambda books: books.open_board(olga_channel(harness)))
    assert board is not None
    about = subjects(board.id, board.id, task_id) | {Verb.FORGET: "1"}  # somebody else
    caplog.set_level(logging.ERROR)

    for verb in harness.bot.front.router.forms:
        form = a_form(f"v1:{verb}:{about.get(verb, task_id)}", fields=())
        await (await olga.submit(form, {})).responded()

    assert [each.getMessage() for each in caplog.records] == []
    kept = await harness.store.tx(lambda books: books.find_board(board.id))
    assert kept is not None
    assert (kept.opener_id, kept.options) == (board.opener_id, board.options)


def olga_channel(harness: Harness) -> int:
    return harness.discord.state.world.channel("films").id


async def test_a_member_gets_one_message_about_blocks_a_day(store: SqlStore) -> None:
    def act(at: int, by: int = SAM) -> Act:
        now = START + timedelta(minutes=at)
        return Act(server_id=1, by=by, now=now, choose=secrets.choice)

    def sway(books: Books) -> None:
        for minute in range(0, 60, 2):
            reason = f"message {minute}"
            acts.block(books, act(minute), MAYA, length=None, reason=reason, server="Club")
            acts.unblock(books, act(minute + 1), MAYA, server="Club")
        acts.block(books, act(70), MAYA, length=None, reason="enough", server="Club")
        acts.block(books, act(70), LEO, length=None, reason="you too", server="Club")

    def messages(books: Books) -> list[tuple[int, str]]:
        posts = [books.post(each.post_id) for each in books.survey().owed]
        return sorted(
            (each.user_id, each.content.reason)
            for each in posts
            if isinstance(each.content, BlockedContent)
        )

    await store.tx(sway)

    assert await store.tx(messages) == sorted([(MAYA, "enough"), (LEO, "you too")])


async def test_a_block_after_an_unblock_is_told_but_no_endless_swaying(store: SqlStore) -> None:
    sent: list[str] = []

    def sway(books: Books) -> None:
        for hour, is_blocked in enumerate((True, True, False, True, False, True)):
            now = START + timedelta(hours=hour)
            act = Act(server_id=1, by=SAM, now=now, choose=secrets.choice)
            if is_blocked:
                acts.block(books, act, MAYA, length=None, reason=f"hour {hour}", server="Club")
            else:
                acts.unblock(books, act, MAYA, server="Club")
            for post in [books.post(owed.post_id) for owed in books.survey().owed]:
                books.change_post(post.id, state=PostState.THERE, due_at=None)
                sent.append(getattr(post.content, "reason", "free again"))

    await store.tx(sway)

    assert sent == ["hour 0", "free again", "hour 3"]


async def test_midnight_brings_no_second_message_about_blocks(store: SqlStore) -> None:
    evening = START.replace(hour=23, minute=58)

    def at(hours: float) -> Callable[[Books], int]:
        """A block at that time, which is sent at once; how many messages were sent so far."""

        def blocked(books: Books) -> int:
            act = Act(
                server_id=1, by=SAM, now=evening + timedelta(hours=hours), choose=secrets.choice
            )
            acts.block(books, act, MAYA, length=None, reason="again", server="Club")
            for post_id in [owed.post_id for owed in books.survey().owed]:
                books.change_post(post_id, state=PostState.THERE, due_at=None)
                sent.append(post_id)
            return len(sent)

        return blocked

    sent: list[str] = []

    assert [await store.tx(at(hours)) for hours in (0, 0.1, 12, 23.9, 24.1)] == [1, 1, 1, 1, 2]


async def test_the_web_server_says_nothing_of_itself_and_lets_nobody_keep_a_video(
    tmp_path: Path,
) -> None:
    (tmp_path / f"{'a' * 24}.mp4").write_bytes(b"film")

    async def callback(token: str, body: bytes) -> bool:
        return False

    async def is_ready() -> bool:
        return True

    app = server.build(
        is_callback=lambda token: True,
        callback=callback,
        is_ready=is_ready,
        find_film=FilmFolder(tmp_path, limit=None).find,
    )
    async with (
        server.serving(app, host="127.0.0.1", port=0) as port,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session,
    ):
        for path in (f"/films/{'a' * 24}.mp4", "/films/none", "/healthz", "/readyz", "/nothing"):
            async with session.get(path) as answer:
                assert "Server" not in answer.headers
        async with session.get(f"/films/{'a' * 24}.mp4") as film:
            assert film.headers["Cache-Control"] == "private, no-store"
