"""The vote on the takes of one request, under the message with its videos."""

import discord
from discord.ext import commands

from bot.client import VideoBot
from bot.errors import Refusal
from bot.ui.covering import LOOKS, as_it_is, film_view
from bot.ui.film_message import urls_in
from bot.ui.galleries import Galleries
from bot.ui.items import Verb

Interaction = discord.Interaction[VideoBot]


class Votes(commands.Cog):
    """Everyone who sees the videos has one vote."""

    def __init__(self, bot: VideoBot) -> None:
        self._services = bot.front.services
        self._galleries = Galleries(bot, self._services)
        bot.front.router.register(buttons={Verb.VOTE: self.vote})

    async def vote(self, interaction: Interaction, task_id: str) -> None:
        """Vote, or take the vote back; the message shows the new count."""
        videos, message = self._services.videos, interaction.message
        card, by = await videos.card(task_id), interaction.user.id
        ballot = card.request.board_id or card.request.id
        before = await self._services.boards.vote_of(ballot, by=by)
        await videos.vote(task_id, by=by)
        if message is None or not card.is_posted:
            raise Refusal("unknown_film", id=task_id)
        shown = await self._count(interaction, task_id, message)
        for _ in range(LOOKS):  # other answers, or a moderator's cover, may have been overtaken
            if (await as_it_is(task_id, self._services))[1] == shown:
                break
            shown = await self._count(interaction, task_id, message)
        if before not in [each.task.id for each in card.all]:
            await self._galleries.follow([before])

    async def _count(
        self, interaction: Interaction, task_id: str, message: discord.Message
    ) -> tuple[object, ...]:
        """Show the message as it is now; returns what it shows."""
        card, look = await as_it_is(task_id, self._services)
        view = await film_view(card, urls_in(message), self._services)
        if interaction.response.is_done():
            await interaction.edit_original_response(view=view)
        else:
            await interaction.response.edit_message(view=view)
        return look


async def setup(bot: VideoBot) -> None:
    await bot.add_cog(Votes(bot))
