"""`/moderate`: block people, look a person up, remove a video, and the queue with its buttons.

Every command and press checks permissions again."""

import asyncio

import discord
from discord import app_commands
from discord.app_commands import Choice, Range
from discord.ext import commands
from msgspec.structs import replace

from bot.client import VideoBot
from bot.ui import cards
from bot.ui.answer import TOKEN_LIFE, line, settle, tell
from bot.ui.blocks import (
    FOREVER,
    LENGTHS,
    check_blockable,
    length_of,
    server_name,
    tell_blocked,
)
from bot.ui.completion import VideoIds
from bot.ui.finding import read_day
from bot.ui.form_again import open_form
from bot.ui.forms import sent_fields
from bot.ui.items import Verb, write_only
from bot.ui.member_card import member_card
from bot.ui.member_names import MemberNames
from bot.ui.pauses import pause_card
from bot.ui.texts import localised, say
from bot.ui.trail import SoughtActs
from bot.video.moderation.acts import REASON_LIMIT
from bot.video.moderation.queue import Seen
from bot.video.servers.trail import ACTS
from bot.video.values.contents import QueueContent

Interaction = discord.Interaction[VideoBot]
COMMAND = "moderate"
ENTRIES = 8  # of the audit, per page
SOUGHT = ("member", "act", "since", "until")


@app_commands.guild_only()
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.default_permissions(moderate_members=True)
class Moderate(
    commands.GroupCog, group_name=COMMAND, group_description=localised("command.moderate")
):
    """Needs Moderate Members, or the server's own permission."""

    def __init__(self, bot: VideoBot) -> None:
        front = self._front = bot.front
        self._moderation = front.services.moderation
        self._queue = front.services.queue
        self._ids = VideoIds(front.services.videos, front.access)
        self._audit = front.services.audit
        front.router.register(
            buttons={
                Verb.DESK: self.turn,
                Verb.STAND: self.pin,
                Verb.HOLD: self.hold,
                Verb.RELEASE: self.release,
                Verb.FIRST: self.first,
                Verb.STOP: self.stop,
                Verb.PURGE: self.ask_to_purge,
                Verb.PURGE_YES: self.purge_yes,
                Verb.AUDIT: self.turn_audit,
                Verb.AUDIT_FILE: self.audit_file,
            },
            forms={Verb.PURGE_YES: self.purge_yes},
        )

    @app_commands.command(name="block", description=localised("command.moderate.block"))
    @app_commands.describe(
        member=localised("option.moderate.member"),
        duration=localised("option.moderate.block.duration"),
        reason=localised("option.moderate.block.reason"),
    )
    @app_commands.choices(
        duration=[Choice(name=localised(f"choice.block.{each}"), value=each) for each in LENGTHS]
    )
    async def block(
        self,
        interaction: Interaction,
        member: discord.User,
        duration: str = FOREVER,
        reason: Range[str, 1, REASON_LIMIT] | None = None,
    ) -> None:
        where = await self._may(interaction)
        length = length_of(duration)
        check_blockable(interaction, member.id, is_bot=member.bot)
        placed = await self._moderation.block(
            where,
            member.id,
            length=length,
            reason=str(reason or ""),
            server=server_name(interaction),
        )
        await tell_blocked(interaction, member.id, placed.until)

    @app_commands.command(name="unblock", description=localised("command.moderate.unblock"))
    @app_commands.describe(member=localised("option.moderate.member"))
    async def unblock(self, interaction: Interaction, member: discord.User) -> None:
        where = await self._may(interaction)
        await self._moderation.unblock(
            where,
            member.id,
            server=server_name(interaction),
            is_administrator=_is_administrator(interaction),
        )
        await tell(interaction, say("moderate.unblocked", str(interaction.locale), who=member.id))

    @app_commands.command(name="user", description=localised("command.moderate.user"))
    @app_commands.describe(member=localised("option.moderate.member"))
    async def user(self, interaction: Interaction, member: discord.Member | discord.User) -> None:
        await self._may(interaction)
        roles = list(member._roles) if isinstance(member, discord.Member) else []
        view = await member_card(interaction, self._front.services, member.id, roles)
        await tell(interaction, view=view)

    @app_commands.command(name="purge", description=localised("command.moderate.purge"))
    @app_commands.describe(video=localised("option.moderate.purge.video"))
    async def purge(self, interaction: Interaction, video: str) -> None:
        server_id, _ = await self._may(interaction)
        task_id = str(video).strip().lower()
        await self._ask(interaction, server_id, task_id)

    @purge.autocomplete("video")
    async def films(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        """Suggest videos that the moderator sees, by words and day."""
        return await self._ids.moderated(interaction, str(typed))

    async def ask_to_purge(self, interaction: Interaction, task_id: str) -> None:
        """Ask before removing a reported video."""
        server_id, _ = await self._may(interaction)
        await self._ask(interaction, server_id, task_id)

    async def _ask(self, interaction: Interaction, server_id: int, task_id: str) -> None:
        removal = await self._moderation.removal(server_id, task_id)
        form = cards.purge_form(task_id, removal, str(interaction.locale))
        await open_form(interaction, form)

    async def purge_yes(self, interaction: Interaction, task_id: str) -> None:
        """Remove every copy; delivery does it, whatever happens to this process."""
        reason = sent_fields(interaction).get("reason", "").strip()
        await self._moderation.purge(await self._may(interaction), task_id, reason)
        await settle(interaction, line(say("purge.done", str(interaction.locale))))

    @app_commands.command(name="queue", description=localised("command.moderate.queue"))
    async def queue(self, interaction: Interaction) -> None:
        server_id, _ = await self._may(interaction)
        shown, view = await self._page(interaction, server_id, Seen())
        sent = await interaction.response.send_message(view=write_only(view), ephemeral=True)
        if sent.message_id is not None:
            await self._follow(interaction, server_id, sent.message_id, shown)

    async def turn(self, interaction: Interaction, page: str) -> None:
        """Turn to another page of the queue, in place, or reopen the queue."""
        await self._redraw(interaction, int(page))

    async def pin(self, interaction: Interaction, _: str) -> None:
        """Pin the queue to the moderators' channel."""
        await self._queue.pin(await self._may(interaction))
        await tell(interaction, say("desk.stands", str(interaction.locale)))

    async def hold(self, interaction: Interaction, task_id: str) -> None:
        await self._moderation.hold(await self._may(interaction), task_id)
        await self._redraw(interaction)

    async def release(self, interaction: Interaction, task_id: str) -> None:
        where, is_administrator = await self._may(interaction), _is_administrator(interaction)
        await self._moderation.approve(where, task_id, is_administrator=is_administrator)
        await self._redraw(interaction)

    async def first(self, interaction: Interaction, task_id: str) -> None:
        await self._moderation.put_first(await self._may(interaction), task_id)
        await self._redraw(interaction)

    async def stop(self, interaction: Interaction, task_id: str) -> None:
        await self._moderation.cancel(await self._may(interaction), task_id)
        await self._redraw(interaction)

    @app_commands.command(name="pause", description=localised("command.moderate.pause"))
    async def pause(self, interaction: Interaction) -> None:
        await self._may(interaction)
        await tell(interaction, view=await pause_card(interaction, self._front.services))

    @app_commands.command(name="audit", description=localised("command.moderate.audit"))
    @app_commands.describe(**{each: localised(f"option.moderate.audit.{each}") for each in SOUGHT})
    @app_commands.choices(
        act=[Choice(name=localised(f"choice.act.{kind}"), value=kind) for kind in ACTS]
    )
    async def audit(
        self,
        interaction: Interaction,
        member: discord.User | None = None,
        act: str = "",
        since: str | None = None,
        until: str | None = None,
    ) -> None:
        sought = SoughtActs(
            person=member.id if member else 0,
            kind=act,
            since=read_day(since),
            until=read_day(until),
        )
        await tell(interaction, view=await self._audit_page(interaction, 0, sought))

    async def turn_audit(self, interaction: Interaction, subject: str) -> None:
        """Turn to another page of the audit, in place."""
        page, _, rest = subject.partition(".")
        view = await self._audit_page(interaction, int(page), SoughtActs.read(f".{rest}"))
        await interaction.response.edit_message(view=write_only(view))

    async def audit_file(self, interaction: Interaction, subject: str) -> None:
        """Send the matching entries as a table, as many as fit in a file."""
        server_id, _ = await self._may(interaction)
        locale, search = str(interaction.locale), SoughtActs.read(subject).search(server_id)
        await self._audit.page(search)  # another process may act for it
        await interaction.response.defer(ephemeral=True, thinking=True)
        table, is_whole = cards.audit_table(locale), True
        names = MemberNames(interaction.guild)
        async for entries in self._audit.pages(search):
            await names.learn(id for e in entries for id in (e.entry.actor_id, e.entry.user_id))
            rows = await asyncio.to_thread(cards.audit_rows, entries, names, locale)
            if not (is_whole := table.add(rows)):
                break
        said = say("trail.file" if is_whole else "trail.file_cut", locale, count=table.rows)
        await tell(interaction, said, files=[table.file("audit.csv")])

    async def _audit_page(
        self, interaction: Interaction, page: int, sought: SoughtActs
    ) -> discord.ui.LayoutView:
        server_id, _ = await self._may(interaction)
        search = sought.search(server_id, offset=page * ENTRIES, limit=ENTRIES)
        found, locale = await self._audit.page(search), str(interaction.locale)
        return cards.audit_found(found, page=page, sought=str(sought), locale=locale)

    async def _may(self, interaction: Interaction) -> tuple[int, int]:
        """The server and the moderator. Raises `Refusal` for anybody else."""
        return await self._front.rights.check(interaction, COMMAND), interaction.user.id

    async def _redraw(self, interaction: Interaction, page: int | None = None) -> None:
        """Answer a press on the queue with the queue as it is now."""
        server_id, _ = await self._may(interaction)
        message_id = interaction.message.id if interaction.message else 0
        seen = await self._queue.seen(server_id, message_id)
        if page is not None:
            seen = replace(seen, page=page)
        shown, view = await self._page(interaction, server_id, seen)
        await interaction.response.edit_message(view=write_only(view))
        await self._follow(interaction, server_id, message_id, shown)

    async def _page(
        self, interaction: Interaction, server_id: int, seen: Seen
    ) -> tuple[QueueContent, discord.ui.LayoutView]:
        """The page, in the reader's language, or for all moderators in the server's."""
        own = seen.language if seen.is_pinned else str(interaction.locale)
        shown = await self._queue.page(server_id, seen.page, locale=own)
        locale = own or str(interaction.guild_locale)
        return shown, cards.queue_card(
            shown, locale=locale, per_usd=self._front.services.per_usd, can_pin=not seen.is_pinned
        )

    async def _follow(
        self, interaction: Interaction, server_id: int, message_id: int, shown: QueueContent
    ) -> None:
        await self._queue.follow(
            server_id,
            message_id,
            shown,
            channel_id=interaction.channel_id or 0,
            application_id=interaction.application_id,
            token=interaction.token,
            token_until=interaction.created_at + TOKEN_LIFE,
        )


def _is_administrator(interaction: Interaction) -> bool:
    return interaction.permissions.administrator


async def setup(bot: VideoBot) -> None:
    await bot.add_cog(Moderate(bot))
