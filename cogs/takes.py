"""Rendering a storyboard: asks once with the price, then orders it like any video."""

import discord
from discord.ext import commands

from bot.client import VideoBot
from bot.errors import Refusal
from bot.ui import cards
from bot.ui.answer import settle, tell
from bot.ui.asking import asker_of
from bot.ui.cards.boards import SHOT_FOR_SHOT
from bot.ui.cards.quota import usage_lines
from bot.ui.items import Verb
from bot.ui.money import price_text
from bot.ui.texts import say
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
        front.router.register(
            buttons={
                Verb.BOARD_RENDER: self.render,
                Verb.BOARD_TAKE: self.take,
                Verb.BOARD_VOTE: self.vote,
            },
            forms={Verb.BOARD_TAKE: self.take},
        )

    async def render(self, interaction: Interaction, subject: str) -> None:
        """Ask once, with the price and what the person can still make."""
        board_id, cut = subject.split(".")
        board = await self._boards.board(board_id, interaction.guild_id)
        if (problem := edits.problem(board)) is not None:
            raise problem
        price = await self._price(interaction, board, cut)
        room = await self._videos.room(board.server_id, asker_of(interaction))
        locale = str(interaction.locale)
        limited = [each for each in room.usages if each.rule.amount is not None]
        lines = [line for each in limited for line in usage_lines(each, locale)]
        form = cards.render_form(board, cut, price=price, room=lines, locale=locale)
        await interaction.response.send_modal(form)

    async def take(self, interaction: Interaction, subject: str) -> None:
        """Render what was priced; whoever agrees pays. Says so if the board changed."""
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
            board = await self._boards.board(board_id, interaction.guild_id)
            price, locale = await self._price(interaction, board, cut), str(interaction.locale)
            await settle(interaction, cards.render_again(board, cut, price=price, locale=locale))
            return
        spec = _film(board, cut)
        await self._front.orders.take(
            interaction, Options.of(spec), parent_id=board.parent_id, board_id=board.id
        )

    async def vote(self, interaction: Interaction, subject: str) -> None:
        """Vote for a take, or withdraw the vote."""
        board_id, take_id = subject.split(".")
        number = await self._boards.vote(
            board_id, interaction.guild_id, take_id, by=interaction.user.id
        )
        locale = str(interaction.locale)
        if number is None:
            await tell(interaction, say("board.unvoted", locale))
        else:
            await tell(interaction, say("board.voted", locale, number=number))

    async def _price(self, interaction: Interaction, board: Board, cut: str) -> str:
        """The price, if an order would be accepted. Raises `Refusal` otherwise."""
        spec = _film(board, cut)
        await self._front.orders.check_film(
            interaction, Options.of(spec), parent_id=board.parent_id, board_id=board.id
        )
        price, per_usd = self._videos.prices.price(spec), self._front.services.per_usd
        return price_text(price, str(interaction.locale), per_usd)


def _film(board: Board, cut: str) -> VideoSpec:
    """The board's video in one of its two cuts. Raises `Refusal` if the API forbids it."""
    spec = board.film() if cut == SHOT_FOR_SHOT else board.film_cut_by_model()
    check(spec)
    return spec


async def setup(bot: VideoBot) -> None:
    await bot.add_cog(Takes(bot))
