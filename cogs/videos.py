"""`/videos`: one's films, one film in full, and what could not be delivered anywhere else."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import VideoBot
from bot.errors import Refusal
from bot.ui import cards
from bot.ui.answer import tell
from bot.ui.film_message import fresh_address
from bot.ui.items import Verb, write_only
from bot.ui.permissions import may_see
from bot.ui.texts import localised
from bot.video.books import Search

Interaction = discord.Interaction[VideoBot]
PAGE = 10  # films


@app_commands.guild_only()
@app_commands.allowed_installs(guilds=True, users=False)
class Videos(commands.GroupCog, group_name="videos", group_description=localised("command.videos")):
    """Look back at films."""

    def __init__(self, bot: VideoBot) -> None:
        self._bot = bot
        self._studio = bot.services.studio
        bot.presses.enter(buttons={Verb.PAGE: self.turn, Verb.SHOW: self.show_pressed})

    @app_commands.command(name="list", description=localised("command.videos.list"))
    async def list_films(self, interaction: Interaction) -> None:
        await tell(interaction, view=await self._page(interaction, 0))

    @app_commands.command(name="show", description=localised("command.videos.show"))
    @app_commands.describe(id=localised("option.videos.show.id"))
    async def show(self, interaction: Interaction, id: str) -> None:
        await self._show(interaction, str(id).strip().lower())

    @app_commands.command(name="inbox", description=localised("command.videos.inbox"))
    async def inbox(self, interaction: Interaction) -> None:
        user_id = interaction.user.id
        posts = await self._bot.services.store.tx(lambda books: books.inbox(user_id))
        kept = {str(post.task_id): None for post in posts if post.task_id is not None}
        films = [await self._studio.card(task_id) for task_id in kept]
        now, locale = self._bot.services.clock.now(), str(interaction.locale)
        await tell(interaction, view=cards.inbox(films[:PAGE], locale=locale, now=now))

    async def turn(self, interaction: Interaction, page: str) -> None:
        """Another page of the list, in the place of this one."""
        view = await self._page(interaction, int(page))
        await interaction.response.edit_message(view=write_only(view))

    async def _page(self, interaction: Interaction, page: int) -> discord.ui.LayoutView:
        found = await self._studio.films(
            Search(
                user_id=interaction.user.id,
                server_id=interaction.guild_id,
                offset=page * PAGE,
                limit=PAGE + 1,
            )
        )
        locale, has_more = str(interaction.locale), len(found) > PAGE
        return cards.film_list(found[:PAGE], locale=locale, page=page, has_more=has_more)

    async def show_pressed(self, interaction: Interaction, task_id: str) -> None:
        """A film of the list in full."""
        await self._show(interaction, task_id)

    async def _show(self, interaction: Interaction, task_id: str) -> None:
        card = await self._studio.card(task_id)
        if not may_see(interaction, card):
            raise Refusal("unknown_film", id=task_id)
        services = self._bot.services
        view = cards.film_details(
            card,
            locale=str(interaction.locale),
            now=services.clock.now(),
            per_usd=services.per_usd,
            price=self._studio.price(card.request.spec),
            fresh_url=await fresh_address(self._bot, card.film),
        )
        await tell(interaction, view=view)


async def setup(bot: VideoBot) -> None:
    await bot.add_cog(Videos(bot))
