"""`/videos`: one's videos, one video in full, and what could not be delivered elsewhere."""

from collections.abc import Sequence
from typing import Any

import discord
from discord import app_commands
from discord.app_commands import Choice, Range, Transform
from discord.ext import commands
from msgspec.structs import replace

from bot.client import VideoBot
from bot.errors import HeardBefore, Refusal
from bot.ui import cards
from bot.ui.answer import tell
from bot.ui.completion import VideoIds
from bot.ui.film_message import Sight, look_up
from bot.ui.finding import WORDS_LIMIT, Place, Sought, read_day
from bot.ui.items import Verb, write_only
from bot.ui.needs import About
from bot.ui.orders import VIDEO
from bot.ui.places import channels_seen
from bot.ui.texts import localised, say
from bot.video.values.cards import Card

Interaction = discord.Interaction[VideoBot]
PAGE = 10  # videos
SOUGHT = ("words", "person", "channel", "since", "until")


@app_commands.guild_only()
@app_commands.allowed_installs(guilds=True, users=False)
class Videos(commands.GroupCog, group_name="videos", group_description=localised("command.videos")):
    """Look back at videos."""

    def __init__(self, bot: VideoBot) -> None:
        self._bot = bot
        front = self._front = bot.front
        self._videos = front.services.videos
        self._boards = front.services.boards
        self._ids = VideoIds(front.services.videos, front.access)
        front.router.register(buttons={Verb.PAGE: self.turn, Verb.SHOW: self.show_pressed})
        menu = app_commands.ContextMenu(name=localised("menu.videos_by"), callback=self.videos_by)
        menu = app_commands.allowed_installs(guilds=True, users=False)(menu)
        bot.tree.add_command(app_commands.guild_only(menu))

    @app_commands.command(name="list", description=localised("command.videos.list"))
    @app_commands.describe(**{each: localised(f"option.videos.list.{each}") for each in SOUGHT})
    async def list_films(
        self,
        interaction: Interaction,
        words: Range[str, 1, WORDS_LIMIT] | None = None,
        person: discord.User | None = None,
        channel: Transform[int, Place] | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> None:
        sought = Sought(
            words=" ".join(str(words or "").split()),
            person=person.id if person else 0,
            channel=channel or 0,
            since=read_day(since),
            until=read_day(until),
        )
        await tell(interaction, view=await self._page(interaction, 0, sought))

    @app_commands.command(name="show", description=localised("command.videos.show"))
    @app_commands.describe(id=localised("option.videos.show.id"))
    async def show(self, interaction: Interaction, id: str) -> None:
        await self._show(interaction, str(id).strip().lower())

    @show.autocomplete("id")
    async def ids(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        """Suggest videos that the person may see, by words and day."""
        return await self._ids.seen(interaction, str(typed))

    @app_commands.command(name="inbox", description=localised("command.videos.inbox"))
    async def inbox(self, interaction: Interaction) -> None:
        services, locale = self._front.services, str(interaction.locale)
        found = await services.inbox.of(interaction.user.id)
        films = [await self._videos.card(task_id) for task_id in found.task_ids[:PAGE]]
        kept = {card.task.id: await self._front.services.inbox.kept_at(card) for card in films}
        view = cards.inbox(films, found.lines, locale=locale, now=services.clock.now(), kept=kept)
        await tell(interaction, view=view)
        await services.inbox.take_lines(found.lines)

    @commands.Cog.listener()
    async def on_app_command_completion(
        self, interaction: Interaction, command: app_commands.Command[Any, ..., Any]
    ) -> None:
        """After a person's next command, tell them once that something waits. Cards of new videos
        have told them already."""
        if command.name == VIDEO:
            return
        try:
            hinted = await self._front.services.inbox.take_hint(interaction.user.id)
        except HeardBefore:
            return  # the process that acts for it tells
        if hinted and command.qualified_name != "videos inbox":
            await tell(interaction, say("videos.inbox_hint", str(interaction.locale)))

    async def videos_by(self, interaction: Interaction, person: discord.User) -> None:
        """The videos by a member, in their menu."""
        await tell(interaction, view=await self._page(interaction, 0, Sought(person=person.id)))

    async def turn(self, interaction: Interaction, page: str) -> None:
        """Turn to another page of the list, in place."""
        number, _, rest = page.partition(".")
        sought = Sought.read(f".{rest}" if rest else "")
        view = await self._page(interaction, int(number), sought)
        await interaction.response.edit_message(view=write_only(view))

    async def _page(
        self, interaction: Interaction, page: int, sought: Sought
    ) -> discord.ui.LayoutView:
        if interaction.guild_id is None:
            raise Refusal("guild_only")
        seen_in = channels_seen(interaction)
        moderated_in = await self._front.access.moderated_in(interaction, seen_in)
        search = sought.search(
            server_id=interaction.guild_id,
            by=interaction.user.id,
            seen_in=frozenset(seen_in),
            moderated_in=moderated_in,
            offset=page * PAGE,
            limit=PAGE + 1,
        )
        found = await self._videos.films(search)
        has_more = len(found) > PAGE
        return cards.film_list(
            found[:PAGE],
            covered=_taken_from(found, moderated_in),
            locale=str(interaction.locale),
            page=page,
            has_more=has_more,
            sought=str(sought),
            is_cut=not has_more and await self._videos.is_cut(search),
        )

    async def show_pressed(self, interaction: Interaction, task_id: str) -> None:
        """Show a video of the list in full."""
        await self._show(interaction, task_id)

    async def _show(self, interaction: Interaction, task_id: str) -> None:
        access, services = self._front.access, self._front.services
        card = await access.film(interaction, task_id)
        kept_at = await services.inbox.kept_at(card)
        found = replace(await look_up(self._bot, card.film), kept_at=kept_at)
        moderates = await access.moderates(interaction, card)
        may_purge = await access.may_moderate(interaction)
        is_theirs = interaction.user.id == card.request.user_id
        if found.message is Sight.GONE and not (is_theirs or moderates):
            raise Refusal("unknown_film", id=task_id)
        lineage = await self._boards.lineage(card)
        films = tuple([each for each in lineage.films if await self._is_seen(interaction, each)])
        view = cards.film_details(
            card,
            locale=str(interaction.locale),
            now=services.clock.now(),
            per_usd=services.per_usd,
            price=self._videos.prices.price_now(card.request.spec),
            found=found,
            is_covered=card.is_taken_away and not moderates,
            is_for_moderator=may_purge and not is_theirs,
            lineage=replace(lineage, films=films),
        )
        await tell(interaction, view=view)

    async def _is_seen(self, interaction: Interaction, card: Card) -> bool:
        try:
            await self._front.access.film(interaction, card.task.id, About.PUBLIC_FILM)
        except Refusal:
            return False
        return True


def _taken_from(films: Sequence[Card], moderated_in: frozenset[int]) -> frozenset[str]:
    """The videos that a moderator took away from the person who reads the list."""
    return frozenset(
        card.task.id
        for card in films
        if card.is_taken_away
        and not moderated_in & {card.request.channel_id, card.request.seen_from}
    )


async def setup(bot: VideoBot) -> None:
    await bot.add_cog(Videos(bot))
