"""`/limits`: how much people may make; moderators set, explain, give and reset it."""

from collections.abc import Sequence
from typing import Any

import discord
from discord import app_commands
from discord.app_commands import Choice, Range
from discord.ext import commands

from bot.client import VideoBot
from bot.errors import Refusal
from bot.ui import cards
from bot.ui.amounts import read_amount
from bot.ui.answer import line, tell, with_patience
from bot.ui.asking import asker_of
from bot.ui.form_again import open_form
from bot.ui.items import Verb, write_only
from bot.ui.limit_forms import (
    AMOUNTS,
    MOST,
    REASON_LIMIT,
    WINDOWS,
    extra_form,
    limit_form,
    read_extra_form,
    read_limit_form,
)
from bot.ui.member_card import follow
from bot.ui.member_names import MemberNames
from bot.ui.pressed import take_away
from bot.ui.texts import localised, say
from bot.video.values.asker import Asker
from bot.video.values.limits import Limit, Measure, Subject, Window

Interaction = discord.Interaction[VideoBot]
Who = discord.Member | discord.User | discord.Role
COMMAND = "limits"
MONTHS = ("this", "last")


def measures(values: Sequence[Measure]) -> list[Choice[str]]:
    """Measures, labelled in people's words."""
    return [Choice(name=localised(f"choice.measure.{each}"), value=str(each)) for each in values]


def windows() -> list[Choice[str]]:
    """Windows, labelled in people's words."""
    return [Choice(name=localised(f"window.{each}"), value=str(each)) for each in WINDOWS]


def described(command: str, *options: str) -> dict[str, Any]:
    """The descriptions of a command's options."""
    return {each: localised(f"option.limits.{command}.{each}") for each in options}


@app_commands.default_permissions(moderate_members=True)
@app_commands.guild_only()
@app_commands.allowed_installs(guilds=True, users=False)
class Limits(commands.GroupCog, group_name=COMMAND, group_description=localised("command.limits")):
    """Needs Moderate Members, or the server's own permission; checked at every press."""

    def __init__(self, bot: VideoBot) -> None:
        front = bot.front
        self._rights = front.rights
        self._services = front.services
        self._videos = front.services.videos
        self._limits = front.services.limits
        self._per_usd = front.services.per_usd
        self._money = front.services.money
        front.router.register(
            buttons={
                Verb.LIMITS: self.turn,
                Verb.UNDO_LIMIT: self.undo,
                Verb.LIMIT_PERSON: self.ask_for_limit,
                Verb.EXTRA: self.ask_for_extra,
                Verb.RESET: self.reset_pressed,
            },
            forms={Verb.LIMIT_PERSON: self.limit_written, Verb.EXTRA: self.extra_written},
        )

    @app_commands.command(name="set", description=localised("command.limits.set"))
    @app_commands.describe(**described("set", "amount", "who", "measure", "window"))
    @app_commands.choices(measure=measures(list(Measure)), window=windows())
    async def set(
        self,
        interaction: Interaction,
        amount: Range[str, 1, 20],
        who: Who | None = None,
        measure: str = Measure.FILMS,
        window: str = Window.DAY,
    ) -> None:
        counted = Measure(measure)
        limit = read_amount(str(amount), counted, most=MOST)
        await self._set(interaction, subject_of(who), counted, Window(window), limit)

    async def ask_for_limit(self, interaction: Interaction, person: str) -> None:
        """Open the form for a member's limit."""
        await self._may(interaction)
        await open_form(interaction, limit_form(person, str(interaction.locale)))

    async def limit_written(self, interaction: Interaction, person: str) -> None:
        """Set a member's limit as the form says."""
        subject = Subject.PERSON, int(person)
        await self._set(interaction, subject, *read_limit_form(interaction))

    async def _set(
        self,
        interaction: Interaction,
        subject: tuple[Subject, int],
        measure: Measure,
        window: Window,
        amount: int | None,
    ) -> None:
        """Set a limit, and say what it costs at most."""
        where, locale = await self._may(interaction), str(interaction.locale)
        placed = await self._limits.set(
            where,
            subject=subject[0],
            subject_id=subject[1],
            measure=measure,
            window=window,
            amount=amount,
        )
        lines = [
            cards.limit_line(placed.limit, locale),
            *await self._worst_case(placed.limit, locale),
            cards.limit_replaced(placed, self._videos.limits, locale),
        ]
        text = "\n".join(filter(None, lines))
        await self._follow(interaction, subject)
        await tell(interaction, view=cards.limit_changed(text, placed.entry, locale))

    async def _worst_case(self, limit: Limit, locale: str) -> list[str]:
        """The most a limit can cost; without an upper limit, what else ends the spending."""
        if limit.amount is None:
            return await self._purses(limit.server_id, locale)
        return [cards.worst_case(limit, self._money.dearest, locale, self._per_usd)]

    async def _purses(self, server_id: int, locale: str) -> list[str]:
        found = await self._money.purses(server_id)
        return cards.purse_lines(found, self._money.dearest, locale, self._per_usd)

    @app_commands.command(name="clear", description=localised("command.limits.clear"))
    @app_commands.describe(**described("clear", "who", "measure", "window"))
    @app_commands.choices(measure=measures(list(Measure)), window=windows())
    async def clear(
        self,
        interaction: Interaction,
        who: Who | None = None,
        measure: str | None = None,
        window: str | None = None,
    ) -> None:
        where, locale = await self._may(interaction), str(interaction.locale)
        subject, subject_id = subject_of(who)
        cleared, entry = await self._limits.clear(
            where,
            subject=subject,
            subject_id=subject_id,
            measure=None if measure is None else Measure(measure),
            window=None if window is None else Window(window),
        )
        lines = [
            say("limits.cleared", locale),
            *[cards.limit_line(each, locale) for each in cleared],
        ]
        await tell(interaction, view=cards.limit_changed("\n".join(lines), entry, locale))

    @app_commands.command(name="show", description=localised("command.limits.show"))
    async def show(self, interaction: Interaction) -> None:
        await tell(interaction, view=await self._page(interaction, 0))

    async def turn(self, interaction: Interaction, page: str) -> None:
        """Turn to another page of the list, in place."""
        view = await self._page(interaction, int(page))
        await interaction.response.edit_message(view=write_only(view))

    async def _page(self, interaction: Interaction, page: int) -> discord.ui.LayoutView:
        server_id = await self._rights.check(interaction, COMMAND)
        found = await self._limits.of(server_id)
        own, locale = self._videos.limits, str(interaction.locale)
        purses = await self._purses(server_id, locale)
        return cards.limit_list(found, own, purses, page=page, locale=locale)

    @app_commands.command(name="usage", description=localised("command.limits.usage"))
    @app_commands.describe(**described("usage", "month"))
    @app_commands.choices(
        month=[Choice(name=localised(f"choice.month.{each}"), value=each) for each in MONTHS]
    )
    async def usage(self, interaction: Interaction, month: str = MONTHS[0]) -> None:
        server_id = await self._rights.check(interaction, COMMAND)
        if month not in MONTHS:
            raise Refusal("unknown_choice", option="month")
        bill = await with_patience(
            interaction, self._money.bill(server_id, last=month == MONTHS[1])
        )
        names = MemberNames(interaction.guild)
        await names.learn(each.user_id for each in bill.people())
        view, files = cards.usage(bill, str(interaction.locale), self._per_usd, names)
        await tell(interaction, view=view, files=files)

    @app_commands.command(name="explain", description=localised("command.limits.explain"))
    @app_commands.describe(**described("explain", "member"))
    async def explain(self, interaction: Interaction, member: discord.Member) -> None:
        server_id = await self._rights.check(interaction, COMMAND)
        asker = Asker(
            user_id=member.id,
            channel_id=asker_of(interaction).channel_id,
            role_ids=frozenset(member._roles),
        )
        room = await self._videos.room(server_id, asker)
        view = cards.usage_of(member.id, room, locale=str(interaction.locale))
        await tell(interaction, view=view)

    @app_commands.command(name="grant", description=localised("command.limits.grant"))
    @app_commands.describe(**described("grant", "member", "amount", "measure", "reason"))
    @app_commands.choices(measure=measures(AMOUNTS))
    async def grant(
        self,
        interaction: Interaction,
        member: discord.Member,
        amount: Range[int, 1, MOST],
        measure: str = Measure.FILMS,
        reason: Range[str, 1, REASON_LIMIT] | None = None,
    ) -> None:
        counted = Measure(measure)
        given = read_amount(str(amount), counted, most=MOST) or 0
        await self._give(interaction, member.id, counted, given, str(reason or ""))

    async def ask_for_extra(self, interaction: Interaction, person: str) -> None:
        """Open the form for a member's extra."""
        await self._may(interaction)
        await open_form(interaction, extra_form(person, str(interaction.locale)))

    async def extra_written(self, interaction: Interaction, person: str) -> None:
        """Give a member what the form says."""
        await self._give(interaction, int(person), *read_extra_form(interaction))

    async def _give(
        self, interaction: Interaction, user_id: int, measure: Measure, amount: int, reason: str
    ) -> None:
        where, locale = await self._may(interaction), str(interaction.locale)
        given, entry = await self._limits.give(
            where, user_id=user_id, measure=measure, amount=amount, reason=reason
        )
        what = cards.amount_text(given.measure, given.amount, locale)
        text = say("limits.granted", locale, who=user_id, what=what)
        await self._follow(interaction, (Subject.PERSON, user_id))
        await tell(interaction, view=cards.limit_changed(text, entry, locale))

    @app_commands.command(name="reset", description=localised("command.limits.reset"))
    @app_commands.describe(**described("reset", "member"))
    async def reset(self, interaction: Interaction, member: discord.Member) -> None:
        await self._reset(interaction, member.id)

    async def reset_pressed(self, interaction: Interaction, person: str) -> None:
        await self._reset(interaction, int(person))

    async def _reset(self, interaction: Interaction, user_id: int) -> None:
        where, locale = await self._may(interaction), str(interaction.locale)
        entry = await self._limits.reset(where, user_id=user_id)
        text = say("limits.reset", locale, who=user_id)
        await self._follow(interaction, (Subject.PERSON, user_id))
        await tell(interaction, view=cards.limit_changed(text, entry, locale))

    async def undo(self, interaction: Interaction, entry_id: str) -> None:
        """Undo a change, unless it changed again since."""
        await self._limits.undo(await self._may(interaction), entry_id)
        undone = say("limits.undone", str(interaction.locale))
        if _is_panel(interaction.message):
            await take_away(interaction)
            await tell(interaction, undone)
        else:
            await interaction.response.edit_message(view=write_only(line(undone)))

    async def _follow(self, interaction: Interaction, subject: tuple[Subject, int]) -> None:
        """Show what holds now on a person's card, if that is where it was pressed."""
        if subject[0] is Subject.PERSON:
            await follow(interaction, self._services, subject[1])

    async def _may(self, interaction: Interaction) -> tuple[int, int]:
        """The server and the moderator. Raises `Refusal` for anybody else."""
        return await self._rights.check(interaction, COMMAND), interaction.user.id


def _is_panel(message: discord.Message | None) -> bool:
    """Whether Undo was pressed on the audit page of /settings, which stays open."""
    return message is not None and isinstance(message.components[0], discord.Container)


def subject_of(who: Who | None) -> tuple[Subject, int]:
    """Whom a limit is for; the @everyone role means everyone."""
    if who is None or (isinstance(who, discord.Role) and who.is_default()):
        return Subject.EVERYONE, 0
    return (Subject.ROLE if isinstance(who, discord.Role) else Subject.PERSON), who.id


async def setup(bot: VideoBot) -> None:
    await bot.add_cog(Limits(bot))
