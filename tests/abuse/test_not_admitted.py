"""For a server that is not admitted, or no longer, the bot stores, sends and orders nothing."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.db import SqlStore
from bot.db.tables import metadata
from bot.errors import Reason
from bot.playground.guild import LocalDiscord, Unanswered
from bot.playground.guild.demo import GUILD, LEO
from bot.ui.items import Verb
from bot.video.life import shut_out
from bot.video.moderation import approval
from bot.video.outbox.notices import tell_audit, tell_person
from bot.video.ports.books import Books
from bot.video.values.contents import AuditContent, BlockedContent
from bot.video.values.posts import PostKind
from bot.video.values.videos import State
from tests.abuse.forged import a_form, a_message, commands, subjects
from tests.cogs.harness import Harness, dealt_with, local_bot, shown
from tests.video.harness import SERVER, Start

FOX = {"prompt": "a fox in the snow"}
UNCOUNTED = {"interactions", "processes", "facts"}


@dataclass
class Admitted:
    """What the operator, or Discord, says of every server."""

    says: bool | None = True
    asked: list[int] = field(default_factory=list)

    async def admits(self, server_id: int) -> bool | None:
        self.asked.append(server_id)
        return self.says


async def rows(store: SqlStore) -> dict[str, list[str]]:
    """Everything stored, except rows that belong to no person and no server."""

    def read(books: Any) -> dict[str, list[str]]:
        names = [each.name for each in metadata.sorted_tables if each.name not in UNCOUNTED]
        found = {
            name: books.connection.execute(text(f"SELECT * FROM {name}")).all() for name in names
        }
        return {name: sorted(map(repr, lines)) for name, lines in found.items()}

    return await store.tx(read)


async def test_nothing_that_is_done_in_such_a_server_is_kept(
    tmp_path: Path, discord: LocalDiscord
) -> None:
    """Commands, and buttons and forms that it has from better days."""
    async with local_bot(tmp_path, discord=discord, servers=frozenset({1})) as harness:
        olga, before = discord.actor("olga"), await rows(harness.store)
        said = []

        for name, values in commands(olga.offered("films")):
            if not name.startswith("privacy"):
                said.append(await shown(await olga.command("films", name, values, forced=True)))
        for verb in harness.bot.front.router.buttons:
            if verb is not Verb.FORGET:
                custom_id = f"v1:{verb}:{about(verb)}"
                sent = await olga.press(a_message(olga, custom_id), custom_id=custom_id)
                said.append(await shown(sent))
        for verb in harness.bot.front.router.forms:
            if verb is not Verb.FORGET:
                said.append(await shown(await olga.submit(a_form(f"v1:{verb}:{about(verb)}"), {})))

        assert await rows(harness.store) == before
        assert {one.only_for for one in said} == {olga.user.id}
        assert all(str(GUILD) in one.text for one in said)


def about(verb: Verb) -> str:
    task_id = "a" * 20
    return subjects(task_id, task_id, task_id).get(verb, task_id)


async def test_a_persons_own_can_still_be_seen_and_forgotten_there(
    tmp_path: Path, discord: LocalDiscord
) -> None:
    async with local_bot(tmp_path, discord=discord, servers=frozenset({1})):
        maya = discord.actor("maya")

        await (await maya.command("films", "privacy export")).responded()
        await dealt_with()
        exported = maya.messages("films")[-1]
        asked = (await (await maya.command("films", "privacy forget")).responded()).modal

        assert exported.attachments
        assert asked is not None
        assert str(GUILD) not in str(asked.components)
        assert str(GUILD) not in (await shown(await maya.submit(asked, {}))).text


async def test_names_of_rules_are_not_offered_there(tmp_path: Path, discord: LocalDiscord) -> None:
    async with local_bot(tmp_path, discord=discord, servers=frozenset({1})):
        with pytest.raises(Unanswered):
            await discord.actor("olga").autocomplete(
                "films", "rules remove", {"name": "f"}, focused="name", within=0.5
            )


async def test_while_discord_says_nothing_what_it_said_last_holds(harness: Harness) -> None:
    olga = harness.discord.actor("olga")
    await shown(await olga.command("films", "rules list"))
    harness.bot.front.admission._known.expire(GUILD)
    harness.discord.faults.add("GET /guilds/*/members/*", times=None, status=503)

    told = await shown(await olga.command("films", "rules list"))

    assert str(GUILD) not in told.text
    assert await harness.bot.front.admission.admits(GUILD) is None


async def test_a_page_of_a_firewalls_is_no_word_about_membership(harness: Harness) -> None:
    harness.discord.faults.add("GET /guilds/*/members/*", times=None, status=403, html=True)

    assert await harness.bot.front.admission.admits(GUILD) is None


async def test_what_waits_ends_with_a_refund_and_a_true_word(start: Start) -> None:
    servers = Admitted()
    async with start(servers=servers) as middle:
        held, queued = await middle.ask(), await middle.ask()
        await middle.videos.moderate(approval.hold, (SERVER, 9), held)
        servers.says = False

        await middle.clock.advance(90)

        for task_id in (held, queued):
            task = await middle.task(task_id)
            assert (task.state, task.reason) == (State.CANCELLED, Reason.NOT_ADMITTED)
        assert middle.api.submitted == []
        assert await middle.bill() == 0
        assert await middle.books_are_right()
        assert {each.post.kind for each in middle.announcer.said} == {PostKind.REPLY}


async def test_what_waited_when_the_bot_stopped_ends_at_its_start(start: Start) -> None:
    async with start() as middle:
        task_id = await middle.ask()
        await middle.videos.moderate(approval.hold, (SERVER, 9), task_id)

    async with start(servers=Admitted(says=False)) as middle:
        await middle.clock.advance(1)
        assert (await middle.task(task_id)).reason is Reason.NOT_ADMITTED


async def test_the_servers_of_a_long_queue_are_looked_at_some_each_minute(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shut_out, "PAGE", 2)
    servers = Admitted()
    async with start(servers=servers, slots=1) as middle:
        for server in range(1, 7):
            await middle.ask(server=server)
            await middle.clock.advance(6)
        looks = []
        for _ in range(4):
            servers.asked.clear()
            await middle.clock.advance(60)
            looks.append(sorted(servers.asked))

        assert max(map(len, looks)) == 2
        assert {2, 3, 4, 5, 6} == {server for look in looks for server in look}


async def test_nothing_ends_while_nobody_can_say(start: Start) -> None:
    servers = Admitted(says=None)
    async with start(servers=servers) as middle:
        task_id = await middle.ask()

        await middle.clock.advance(90)

        assert servers.asked
        assert (await middle.task(task_id)).state is State.RUNNING


async def test_what_was_paid_for_goes_to_its_person_and_nothing_to_the_server(
    start: Start,
) -> None:
    servers = Admitted()
    async with start(servers=servers) as middle:
        task_id = await middle.ask()
        await middle.clock.advance(6)
        servers.says = False
        await middle.store.tx(owe_lines, middle.clock.now())

        middle.api.finish()
        await middle.clock.advance(120)

        (film,) = middle.announcer.of("film")
        assert film.post.rung == "dm"
        assert middle.announcer.of("notice") == []
        assert (await middle.task(task_id)).state is State.COMPLETED


def owe_lines(books: Books, now: datetime) -> None:
    """A line in the audit channel, and one to Leo."""
    blocked = AuditContent(action="blocked", actor=9, user=LEO)
    tell_audit(
        books, blocked, entry_id="entry", nonce="audit", server_id=SERVER, channel_id=12, at=now
    )
    told = BlockedContent(locale="en-US", server="Club")
    tell_person(books, LEO, told, nonce="person", server_id=SERVER, at=now)
