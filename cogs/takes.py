"""Rendering a storyboard: asks once with the price, then orders it like any video."""

from collections.abc import Mapping

import discord
from discord.ext import commands
from msgspec.structs import replace

from bot.client import VideoBot
from bot.errors import Refusal
from bot.ui import cards
from bot.ui.answer import settle
from bot.ui.asking import asker_of
from bot.ui.board_answers import done
from bot.ui.cards.boards import SHOT_FOR_SHOT, TAKES
from bot.ui.cards.quota import usage_lines
from bot.ui.forms import sent_fields
from bot.ui.galleries import Galleries
from bot.ui.items import Verb
from bot.ui.money import price_text
from bot.video.storyboards import edits
from bot.video.values.boards import Board
from bot.video.values.options import Options
from bot.video.values.specs import check
from bot.video.values.videos import MOST_TAKES, VideoSpec

Interaction = discord.Interaction[VideoBot]
NUMBERS = range(1, MOST_TAKES + 1)


class Takes(commands.Cog):
    """Render a board; whoever presses pays."""

    def __init__(self, bot: VideoBot) -> None:
        front = self._front = bot.front
        self._videos = front.services.videos
        self._boards = front.services.boards
        self._galleries = Galleries(bot, front.services)
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
        board_id, cut, *kept = subject.split(".")
        board = await self._boards.board(board_id, interaction.guild_id)
        if (problem := edits.problem(board)) is not None:
            raise problem
        prices = await self._prices(interaction, board, cut)
        room = await self._videos.room(board.server_id, asker_of(interaction))
        prices = prices[: max(1, room.at_once.amount or MOST_TAKES)]
        locale = str(interaction.locale)
        limited = [each for each in room.usages if each.rule.amount is not None]
        lines = [line for each in limited for line in usage_lines(each, locale)]
        form = cards.render_form(
            board,
            cut,
            prices=prices,
            room=lines,
            locale=locale,
            takes=int(kept[0]) if kept else 1,
            being_made=await self._boards.being_made(board.id),
        )
        await interaction.response.send_modal(form)

    async def take(self, interaction: Interaction, subject: str) -> None:
        """Render what was priced; whoever agrees pays. Says so if the board changed."""
        board_id, version, cut = subject.split(".")
        takes = _number(sent_fields(interaction))
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
            prices, locale = await self._prices(interaction, board, cut), str(interaction.locale)
            again = cards.render_again(board, cut, price=prices[0], takes=takes, locale=locale)
            await settle(interaction, again)
            return
        spec = replace(_film(board, cut), takes=takes)
        await self._front.orders.take(
            interaction, Options.of(spec), parent_id=board.parent_id, board_id=board.id
        )

    async def vote(self, interaction: Interaction, subject: str) -> None:
        """Vote for a take, or withdraw the vote."""
        board_id, take_id = subject.split(".")
        before = await self._boards.vote_of(board_id, by=interaction.user.id)
        await self._boards.vote(board_id, interaction.guild_id, take_id, by=interaction.user.id)
        await done(interaction)
        await self._galleries.follow([take_id, before])

    async def _prices(self, interaction: Interaction, board: Board, cut: str) -> list[str]:
        """The prices of one take and more, if an order of one would be accepted. Raises `Refusal`
        otherwise."""
        spec = _film(board, cut)
        await self._front.orders.check_film(
            interaction, Options.of(spec), parent_id=board.parent_id, board_id=board.id
        )
        price, per_usd = self._videos.prices.price(spec), self._front.services.per_usd
        locale = str(interaction.locale)
        return [price_text(count * price, locale, per_usd) for count in NUMBERS]


def _number(sent: Mapping[str, str]) -> int:
    """How many takes the form asks for; older questions ask for one. Raises `Refusal`."""
    given = sent.get(TAKES) or "1"
    if given not in map(str, NUMBERS):
        raise Refusal("unknown_choice", option="takes")
    return int(given)


def _film(board: Board, cut: str) -> VideoSpec:
    """The board's video in one of its two cuts. Raises `Refusal` if the API forbids it."""
    spec = board.film() if cut == SHOT_FOR_SHOT else board.film_cut_by_model()
    check(spec)
    return spec


async def setup(bot: VideoBot) -> None:
    await bot.add_cog(Takes(bot))
