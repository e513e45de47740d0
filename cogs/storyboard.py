"""A storyboard's shots: a video that a channel writes together; buttons and forms.

Every press checks permissions against the board as it is then. `bot.video.storyboards` changes
it."""

import discord
from discord.ext import commands

from bot.client import VideoBot
from bot.errors import Refusal
from bot.ui import board_forms as forms
from bot.ui import cards
from bot.ui.answer import tell
from bot.ui.asking import asker_of
from bot.ui.board_answers import KEEP, KEPT, done
from bot.ui.board_forms import LINES, SECONDS, TITLE, WORDS
from bot.ui.forms import sent_fields
from bot.ui.items import Verb, write_only
from bot.ui.kept_text import read_kept
from bot.ui.permissions import hand_of
from bot.video.doors.storyboards import Intent
from bot.video.storyboards import edits, rights
from bot.video.values.boards import Board
from bot.video.values.catalogue import durations, most_shots
from bot.video.values.shot_lines import shot_lines

Interaction = discord.Interaction[VideoBot]


class Storyboard(commands.Cog):
    """Write a video together."""

    def __init__(self, bot: VideoBot) -> None:
        front = self._front = bot.front
        self._videos = front.services.videos
        self._boards = front.services.boards
        front.router.register(
            buttons={
                Verb.BOARD_ADD: self.add,
                Verb.BOARD_SHOT: self.shot,
                Verb.BOARD_EDIT: self.edit,
                Verb.BOARD_MOVE: self.move,
                Verb.BOARD_REMOVE: self.remove,
                Verb.BOARD_REWRITE: self.rewrite,
            },
            forms={
                Verb.BOARD_ADD: self.added,
                Verb.BOARD_EDIT: self.edited,
            },
            kept={verb: KEEP[verb] for verb in (Verb.BOARD_ADD, Verb.BOARD_EDIT)},
        )

    async def add(self, interaction: Interaction, board_id: str) -> None:
        """Open the form for new shots."""
        await self._front.orders.check(interaction)
        rights.check_may_write(
            await self._boards.board(board_id, interaction.guild_id), hand_of(interaction)
        )
        form = forms.lines_form(Verb.BOARD_ADD, board_id, "", str(interaction.locale))
        await interaction.response.send_modal(form)

    async def added(self, interaction: Interaction, board_id: str) -> None:
        """Add new shots, one per line; a refusal keeps the text."""
        await self._front.orders.check(interaction)
        written, by = sent_fields(interaction).get(LINES, ""), hand_of(interaction)
        shots = [
            self._boards.new_shot(words, author_id=by.user_id, seconds=seconds)
            for seconds, words in shot_lines(written, most_shots())
        ]
        before, after = await self._boards.add_shots(
            board_id,
            interaction.guild_id or 0,
            shots,
            asker=asker_of(interaction),
            by=by,
            words=written,
        )
        await done(interaction)
        if lines := cards.shortened_lines(before, after, str(interaction.locale)):
            await tell(interaction, "\n".join(lines))

    async def shot(self, interaction: Interaction, subject: str) -> None:
        """Show a shot in full, with what its reader may do."""
        await tell(interaction, view=await self._shot_panel(interaction, subject))

    async def edit(self, interaction: Interaction, subject: str) -> None:
        """Open a shot's form with its present text."""
        board_id, shot_id = subject.split(".")[:2]
        board = await self._boards.board(board_id, interaction.guild_id)
        shot = board.shot(shot_id)
        if not rights.may_change(board, shot, hand_of(interaction)):
            raise Refusal("not_your_shot")
        form = forms.shot_form(board_id, shot, {}, str(interaction.locale))
        await interaction.response.send_modal(form)

    async def edited(self, interaction: Interaction, subject: str) -> None:
        """Rewrite a shot; whoever was overtaken sees what changed, and keeps their text."""
        board_id, shot_id, edition = subject.split(".")
        sent, by = sent_fields(interaction), hand_of(interaction)
        seconds = _seconds(sent.get(SECONDS, ""))
        words = " ".join(sent.get(WORDS, "").split())
        await self._write(
            interaction,
            board_id,
            lambda it: edits.edit(
                it,
                shot_id,
                prompt=words,
                seconds=seconds,
                edition=int(edition),
                by=by,
            ),
            words,
        )
        await done(interaction)

    async def move(self, interaction: Interaction, subject: str) -> None:
        """Move a shot one place earlier or later."""
        board_id, shot_id, direction = subject.split(".")
        step = -1 if direction == "e" else 1
        by = hand_of(interaction)
        await self._boards.change(
            board_id, interaction.guild_id, lambda it: edits.move(it, shot_id, step, by=by)
        )
        view = await self._shot_panel(interaction, subject)
        await interaction.response.edit_message(view=write_only(view))

    async def remove(self, interaction: Interaction, subject: str) -> None:
        """Remove a shot."""
        board_id, shot_id = subject.split(".")
        by = hand_of(interaction)
        await self._boards.change(
            board_id, interaction.guild_id, lambda it: edits.remove(it, shot_id, by=by)
        )
        await done(interaction, "board.removed")

    async def rewrite(self, interaction: Interaction, subject: str) -> None:
        """Reopen the form of a refused text, for the board as it is now."""
        verb, _, about = subject.partition(":")
        board_id, locale = about.split(".")[0], str(interaction.locale)
        kept = await read_kept(interaction, KEPT[Verb(verb)])
        if verb == Verb.BOARD_OPEN:
            form = forms.title_form(about, kept.get(TITLE, ""), locale)
        elif verb in (Verb.BOARD_ADD, Verb.NEXT_SHOT):
            form = forms.lines_form(Verb(verb), about, kept.get(LINES, ""), locale)
        elif verb == Verb.BOARD_OPTIONS:
            board = await self._boards.board(board_id, interaction.guild_id)
            chosen = forms.read_rewritten(about)
            form = forms.options_form(board, kept, locale, chosen=chosen)
        else:
            shot = (await self._boards.board(board_id, interaction.guild_id)).shot(
                about.split(".")[1]
            )
            form = forms.shot_form(board_id, shot, kept, locale)
        await interaction.response.send_modal(form)

    async def _write(
        self, interaction: Interaction, board_id: str, intent: Intent, words: str
    ) -> Board:
        server_id, asker = interaction.guild_id or 0, asker_of(interaction)
        return await self._boards.write(board_id, server_id, intent, asker=asker, words=words)

    async def _shot_panel(self, interaction: Interaction, subject: str) -> discord.ui.LayoutView:
        board_id, shot_id = subject.split(".")[:2]
        board = await self._boards.board(board_id, interaction.guild_id)
        locale = str(interaction.locale)
        return cards.shot_panel(board, board.shot(shot_id), hand_of(interaction), locale)


def _seconds(written: str) -> int | None:
    """The seconds, or None if empty. Raises `Refusal` if it is not a number."""
    if not written.strip():
        return None
    if not written.strip().isdecimal():
        raise Refusal("board_shot_seconds", most=durations()[-1])
    return int(written)


async def setup(bot: VideoBot) -> None:
    await bot.add_cog(Storyboard(bot))
