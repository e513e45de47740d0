"""A server that is not admitted, or not any more: nothing is stored, sent or ordered for it."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.db import SqlStore
from bot.db.tables import metadata
from bot.playground.guild import LocalDiscord, Unanswered
from bot.playground.guild.demo import GUILD, LEO
from bot.ui.items import Verb
from bot.video.moderation import approval
from bot.video.outbox.notices import owe_notice
from bot.video.ports.books import Books
from bot.video.values.posts import PostKind
from bot.video.values.videos import State
from tests.abuse.forged import a_form, a_message, commands, subjects
from tests.local_bot import Local, dealt_with, local_bot, shown
from tests.video.conftest import SERVER, OpenDesk

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
    """All that is kept, but for what is of no person and no server."""

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
    async with local_bot(tmp_path, discord=discord, servers=frozenset({1})) as local:
        olga, before = discord.actor("olga"), await rows(local.store)
        said = []

        for name, values in commands(olga.offered("films")):
            if not name.startswith("privacy"):
                said.append(await shown(await olga.command("films", name, values, forced=True)))
        for verb in local.bot.presses.buttons:
            if verb is not Verb.FORGET:
                custom_id = f"v1:{verb}:{about(verb)}"
                sent = await olga.press(a_message(olga, custom_id), custom_id=custom_id)
                said.append(await shown(sent))
        for verb in local.bot.presses.forms:
            said.append(await shown(await olga.submit(a_form(f"v1:{verb}:{about(verb)}"), {})))

        assert await rows(local.store) == before
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
        asked = await shown(await maya.command("films", "privacy forget"))

        assert exported.attachments
        assert str(GUILD) not in asked.text


async def test_names_of_rules_are_not_offered_there(tmp_path: Path, discord: LocalDiscord) -> None:
    async with local_bot(tmp_path, discord=discord, servers=frozenset({1})):
        with pytest.raises(Unanswered):
            await discord.actor("olga").autocomplete(
                "films", "rules remove", {"name": "f"}, focused="name", within=0.5
            )


async def test_while_discord_says_nothing_what_it_said_last_holds(local: Local) -> None:
    olga = local.discord.actor("olga")
    await shown(await olga.command("films", "rules list"))
    local.bot.admission._known.expire(GUILD)
    local.discord.faults.add("GET /guilds/*/members/*", times=None, status=503)

    told = await shown(await olga.command("films", "rules list"))

    assert str(GUILD) not in told.text
    assert await local.bot.admission.admits(GUILD) is None


async def test_a_page_of_a_firewalls_is_no_word_about_membership(local: Local) -> None:
    local.discord.faults.add("GET /guilds/*/members/*", times=None, status=403, html=True)

    assert await local.bot.admission.admits(GUILD) is None


async def test_what_waits_ends_with_a_refund_and_a_true_word(start: OpenDesk) -> None:
    servers = Admitted()
    async with start(servers=servers) as desk:
        held, queued = await desk.ask(), await desk.ask()
        await desk.studio.moderate(approval.hold, (SERVER, 9), held)
        servers.says = False

        await desk.clock.advance(90)

        for task_id in (held, queued):
            task = await desk.task(task_id)
            assert (task.state, task.error_code) == (State.CANCELLED, "not_admitted")
        assert desk.api.submitted == []
        assert await desk.bill() == 0
        assert await desk.books_are_right()
        assert {each.post.kind for each in desk.announcer.said} == {PostKind.REPLY}


async def test_what_waited_when_the_bot_stopped_ends_at_its_start(start: OpenDesk) -> None:
    async with start() as desk:
        task_id = await desk.ask()
        await desk.studio.moderate(approval.hold, (SERVER, 9), task_id)

    async with start(servers=Admitted(says=False)) as desk:
        await desk.clock.advance(1)
        assert (await desk.task(task_id)).error_code == "not_admitted"


async def test_nothing_ends_while_nobody_can_say(start: OpenDesk) -> None:
    servers = Admitted(says=None)
    async with start(servers=servers) as desk:
        task_id = await desk.ask()

        await desk.clock.advance(90)

        assert servers.asked
        assert (await desk.task(task_id)).state is State.RUNNING


async def test_what_was_paid_for_goes_to_its_person_and_nothing_to_the_server(
    start: OpenDesk,
) -> None:
    servers = Admitted()
    async with start(servers=servers) as desk:
        task_id = await desk.ask()
        await desk.clock.advance(6)
        servers.says = False
        await desk.store.tx(owe, "audit.blocked", desk.clock.now(), channel_id=12)
        await desk.store.tx(owe, "person.blocked", desk.clock.now(), user_id=LEO)

        desk.api.finish()
        await desk.clock.advance(120)

        (film,) = desk.announcer.of("film")
        assert film.post.rung == "dm"
        assert desk.announcer.of("notice") == []
        assert (await desk.task(task_id)).state is State.COMPLETED


def owe(books: Books, subject: str, now: datetime, **where: int) -> None:
    owe_notice(
        books, subject, {}, post_id=subject, nonce=subject, at=now, server_id=SERVER, **where
    )
