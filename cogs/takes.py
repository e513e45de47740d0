"""Rendering a storyboard: asks once with the price, then orders it like any video."""

import discord
from discord.ext import commands

from bot.client import VideoBot
from bot.errors import Refusal
from bot.ui import cards
from bot.ui.answer import tell
from bot.ui.asking import asker_of
from bot.ui.cards.boards import SHOT_FOR_SHOT
from bot.ui.cards.quota import usage_lines
from bot.ui.items import Verb, write_only
from bot.ui.money import price_text
from bot.video.storyboards import edits
from bot.video.values.boards import Board
from bot.video.values.options import Options
from bot.video.values.specs import check
from bot.video.values.videos import VideoSpec

Interaction = discord.Interaction[VideoBot]


class Takes(commands.Cog):
    """Render a board; whoever presses pays."""

    def __init__(self, bot: VideoBot) -> None:
        front = self._front = bot.front
        self._videos = front.services.videos
        self._boards = front.services.boards
        front.router.register(buttons={Verb.BOARD_RENDER: self.render, Verb.BOARD_TAKE: self.take})

    async def render(self, interaction: Interaction, subject: str) -> None:
        """Ask once, with the price and what the person can still make."""
        board_id, cut = subject.split(".")
        board = await self._boards.board(board_id, interaction.guild_id)
        if (problem := edits.problem(board)) is not None:
            raise problem
        await tell(interaction, view=await self._question(interaction, board, cut))

    async def take(self, interaction: Interaction, subject: str) -> None:
        """Render what was priced; whoever presses pays. Asks again if the board changed."""
        board_id, version, cut = subject.split(".")
        try:
            board = await self._boards.change(
                board_id,
                interaction.guild_id,
                lambda it: edits.begin_take(it, version=int(version)),
            )
        except Refusal as refusal:
            if refusal.reason != "board_moved_on":
                raise
            fresh = await self._boards.board(board_id, interaction.guild_id)
            view = await self._question(interaction, fresh, cut, changed=True)
            await interaction.response.edit_message(view=write_only(view))
            return
        spec = _film(board, cut)
        await self._front.orders.take(
            interaction, Options.of(spec), parent_id=board.parent_id, board_id=board.id
        )

    async def _question(
        self, interaction: Interaction, board: Board, cut: str, *, changed: bool = False
    ) -> discord.ui.LayoutView:
        """The question, if a yes would be accepted; otherwise the reason why not."""
        spec, locale = _film(board, cut), str(interaction.locale)
        await self._front.orders.check_film(
            interaction, Options.of(spec), parent_id=board.parent_id, board_id=board.id
        )
        room = await self._videos.room(board.server_id, asker_of(interaction))
        per_usd = self._front.services.per_usd
        return cards.render_question(
            board,
            cut,
            price=price_text(self._videos.prices.price(spec), locale, per_usd),
            room=[
                line
                for each in room.usages
                if each.rule.amount is not None
                for line in usage_lines(each, locale)
            ],
            changed=changed,
            locale=locale,
        )


def _film(board: Board, cut: str) -> VideoSpec:
    """The board's video in one of its two cuts. Raises `Refusal` if the API forbids it."""
    spec = board.film() if cut == SHOT_FOR_SHOT else board.film_cut_by_model()
    check(spec)
    return spec


async def setup(bot: VideoBot) -> None:
    await bot.add_cog(Takes(bot))
