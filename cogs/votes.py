"""The vote on the takes of one request, under the message with its videos."""

from collections.abc import Mapping

import discord
from discord.ext import commands

from bot.client import VideoBot
from bot.errors import Refusal
from bot.ui.covering import film_view
from bot.ui.film_message import urls_in
from bot.ui.galleries import Galleries
from bot.ui.items import Verb
from bot.video.values.cards import Card

Interaction = discord.Interaction[VideoBot]
LOOKS = 3  # at what others voted meanwhile


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
        shown = await self._count(interaction, card, message)
        for _ in range(LOOKS):  # answers to a crowd may overtake each other
            if await videos.votes(card) == shown:
                break
            shown = await self._count(interaction, card, message)
        if before not in [each.task.id for each in card.all]:
            await self._galleries.follow([before])

    async def _count(
        self, interaction: Interaction, card: Card, message: discord.Message
    ) -> Mapping[str, int]:
        """Show the votes as they are now; returns them."""
        votes = await self._services.videos.votes(card)
        view = await film_view(card, urls_in(message), self._services)
        if interaction.response.is_done():
            await interaction.edit_original_response(view=view)
        else:
            await interaction.response.edit_message(view=view)
        return votes


async def setup(bot: VideoBot) -> None:
    await bot.add_cog(Votes(bot))
