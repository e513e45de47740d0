"""Turns existing words into shots: a message, a video's prompt, a video's whole request.

They go to the channel's newest open board; if there is none, a video's prompt starts one."""

from collections.abc import Sequence

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import VideoBot
from bot.errors import Refusal
from bot.ui import board_forms as forms
from bot.ui import cards
from bot.ui.answer import tell
from bot.ui.asking import asker_of, words_of
from bot.ui.board_answers import KEEP
from bot.ui.board_forms import LINES
from bot.ui.forms import sent_fields
from bot.ui.items import Verb
from bot.ui.kept_text import NOT_TAKEN, keep_text
from bot.ui.permissions import hand_of
from bot.ui.texts import localised, say
from bot.video.storyboards import edits
from bot.video.values.boards import Board, BoardShot
from bot.video.values.cards import Card
from bot.video.values.catalogue import model_of, most_shots
from bot.video.values.options import Options
from bot.video.values.shot_lines import shot_lines
from bot.video.values.specs import tidy

Interaction = discord.Interaction[VideoBot]
Lines = Sequence[tuple[int | None, str]]  # seconds if they were written, and words


class NextShots(commands.Cog):
    """Add to a board from elsewhere, or make one from a video."""

    def __init__(self, bot: VideoBot) -> None:
        front = self._front = bot.front
        self._videos = front.services.videos
        self._boards = front.services.boards
        front.router.register(
            buttons={Verb.NEXT_SHOT: self.next_shot, Verb.BOARD_FROM: self.board_from},
            forms={Verb.NEXT_SHOT: self.next_shot_written},
            kept={Verb.NEXT_SHOT: KEEP[Verb.NEXT_SHOT]},
        )
        menu = app_commands.ContextMenu(
            name=localised("menu.add_as_shot"), callback=self.add_as_shot
        )
        menu = app_commands.allowed_installs(guilds=True, users=False)(menu)
        bot.tree.add_command(app_commands.guild_only(menu))

    async def add_as_shot(self, interaction: Interaction, message: discord.Message) -> None:
        """Add a message's text as a shot to the board that is open here."""
        await self._front.orders.check(interaction)
        board = await self._boards.open_in(interaction.channel_id or 0)
        if board is None:
            raise Refusal("no_board")
        words = " ".join(words_of(message).split())
        try:
            await self._extend(interaction, board, [(None, tidy(words))])
        except NOT_TAKEN as error:
            texts, rewrite = {LINES: words}, Verb.BOARD_REWRITE
            await keep_text(interaction, error, Verb.BOARD_ADD, board.id, texts, rewrite=rewrite)

    async def next_shot(self, interaction: Interaction, task_id: str) -> None:
        """Add a video's prompt as the next shot; a form shortens one that is too long."""
        card = await self._film(interaction, task_id)
        spec = card.request.spec
        if len(spec.prompt) > model_of(spec.model).shot_prompt_limit:
            locale = str(interaction.locale)
            written = " ".join(spec.prompt.split())
            form = forms.lines_form(Verb.NEXT_SHOT, task_id, written, locale)
            await interaction.response.send_modal(form)
            return
        lines = [(None, each.prompt) for each in edits.lines_of(card.request.spec)]
        await self._add(interaction, card, lines)

    async def next_shot_written(self, interaction: Interaction, task_id: str) -> None:
        """Add the shortened shot; a refusal keeps the text."""
        written = sent_fields(interaction).get(LINES, "")
        card = await self._film(interaction, task_id)
        await self._add(interaction, card, shot_lines(written, most_shots()))

    async def board_from(self, interaction: Interaction, task_id: str) -> None:
        """Start a board from a video's whole request: shots with authors, and options."""
        card = await self._film(interaction, task_id)
        whose = card.request.user_id or interaction.user.id
        shots = [
            self._boards.new_shot(
                each.prompt,
                author_id=each.author_id or whose,
                seconds=None if each.is_free else each.seconds,
            )
            for each in edits.lines_of(card.request.spec)
        ]
        title = await self._boards.title_of(card)
        await self._tell_opened(interaction, await self._opened(interaction, card, shots, title))

    async def _add(self, interaction: Interaction, card: Card, lines: Lines) -> None:
        board = await self._boards.open_in(interaction.channel_id or 0)
        if board is not None:
            await self._extend(interaction, board, lines)
            return
        opened = await self._opened(interaction, card, self._shots(interaction, lines))
        await self._tell_opened(interaction, opened)

    async def _extend(self, interaction: Interaction, board: Board, lines: Lines) -> None:
        shots, by = self._shots(interaction, lines), hand_of(interaction)
        before, after = await self._boards.add_shots(
            board.id,
            board.server_id,
            shots,
            asker=asker_of(interaction),
            by=by,
            words="\n".join(words for _, words in lines),
        )
        shorter = cards.shortened_lines(before, after, str(interaction.locale))
        where, locale = f"<#{board.channel_id}>", str(interaction.locale)
        told = say("board.added", locale, board=board.name, link=where)
        await tell(interaction, "\n".join([told, *shorter]))

    async def _opened(
        self, interaction: Interaction, card: Card, shots: list[BoardShot], title: str = ""
    ) -> Board:
        return await self._boards.open(
            server_id=card.request.server_id,
            asker=asker_of(interaction),
            channel_id=interaction.channel_id or 0,
            title=title,
            locale=str(interaction.guild_locale or interaction.locale),
            options=Options.of(card.request.spec),
            shots=tuple(shots),
            parent_id=card.task.id,
        )

    def _shots(self, interaction: Interaction, lines: Lines) -> list[BoardShot]:
        return [
            self._boards.new_shot(words, author_id=interaction.user.id, seconds=seconds)
            for seconds, words in lines
        ]

    async def _tell_opened(self, interaction: Interaction, board: Board) -> None:
        where, locale = f"<#{board.channel_id}>", str(interaction.locale)
        await tell(interaction, say("board.announced", locale, board=board.name, where=where))

    async def _film(self, interaction: Interaction, task_id: str) -> Card:
        """A video, in a place where videos may be made."""
        await self._front.orders.check(interaction)
        return await self._videos.card(task_id)


async def setup(bot: VideoBot) -> None:
    await bot.add_cog(NextShots(bot))
