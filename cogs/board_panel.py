"""More, under a storyboard: options, lock, hand over, close; for the person who runs it."""

import discord
from discord.ext import commands

from bot.client import VideoBot
from bot.ui import board_forms as forms
from bot.ui import cards
from bot.ui.answer import tell
from bot.ui.asking import asker_of
from bot.ui.board_answers import KEEP, done
from bot.ui.cards.boards import NO_TAKE
from bot.ui.forms import chosen, sent_fields
from bot.ui.items import Verb, write_only
from bot.ui.permissions import hand_of
from bot.video.storyboards import edits
from bot.video.values.boards import Board

Interaction = discord.Interaction[VideoBot]


class BoardPanel(commands.Cog):
    """Run a board."""

    def __init__(self, bot: VideoBot) -> None:
        front = bot.front
        self._boards = front.services.boards
        self._showcase = front.services.showcase
        front.router.register(
            buttons={
                Verb.BOARD_MORE: self.more,
                Verb.BOARD_OPTIONS: self.options,
                Verb.BOARD_LOCK: self.lock,
                Verb.BOARD_HAND: self.hand,
                Verb.BOARD_CLOSE: self.close,
                Verb.BOARD_BEST: self.best,
            },
            forms={Verb.BOARD_OPTIONS: self.options_set, Verb.BOARD_HAND: self.handed},
            kept={Verb.BOARD_OPTIONS: KEEP[Verb.BOARD_OPTIONS]},
        )

    async def more(self, interaction: Interaction, board_id: str) -> None:
        """Show what one can do with the board."""
        board = await self._boards.board(board_id, interaction.guild_id)
        await tell(interaction, view=await self._panel(interaction, board))

    async def options(self, interaction: Interaction, board_id: str) -> None:
        """Open the form for the video's options."""
        board = await self._boards.board(board_id, interaction.guild_id)
        await interaction.response.send_modal(
            forms.options_form(board, {}, str(interaction.locale))
        )

    async def options_set(self, interaction: Interaction, subject: str) -> None:
        """Save what was changed in the form, and nothing else."""
        board_id, _, read = subject.partition(".")
        sent, by = sent_fields(interaction), hand_of(interaction)

        def intent(it: Board) -> Board:
            return edits.set_options(it, by=by, **forms.read_options(read, sent, it.options))

        await self._boards.write(
            board_id,
            interaction.guild_id or 0,
            intent,
            asker=asker_of(interaction),
            words=sent.get(forms.NEGATIVE, ""),
        )
        await done(interaction)

    async def lock(self, interaction: Interaction, subject: str) -> None:
        """Lock the board for its owner and moderators, or open it again."""
        board_id, locked = subject.split(".")
        by = hand_of(interaction)
        board = await self._boards.change(
            board_id,
            interaction.guild_id,
            lambda it: edits.lock(it, by=by, is_locked=locked == "1"),
        )
        panel = await self._panel(interaction, board)
        await interaction.response.edit_message(view=write_only(panel))

    async def hand(self, interaction: Interaction, board_id: str) -> None:
        """Ask for the board's new owner."""
        board = await self._boards.board(board_id, interaction.guild_id)
        await interaction.response.send_modal(forms.hand_form(board, str(interaction.locale)))

    async def handed(self, interaction: Interaction, board_id: str) -> None:
        """Hand the board over."""
        to, by = forms.read_person(sent_fields(interaction)), hand_of(interaction)
        await self._boards.change(
            board_id, interaction.guild_id, lambda it: edits.hand_over(it, by=by, to=to)
        )
        await done(interaction)

    async def close(self, interaction: Interaction, board_id: str) -> None:
        """Close the board; its takes stay listed."""
        by = hand_of(interaction)
        await self._boards.change(board_id, interaction.guild_id, lambda it: edits.close(it, by=by))
        await done(interaction, "board.closed")

    async def best(self, interaction: Interaction, board_id: str) -> None:
        """Mark the chosen take as the best."""
        take_id = next(iter(chosen(interaction)), NO_TAKE)
        by = hand_of(interaction)
        await self._boards.mark_best(
            board_id, interaction.guild_id, None if take_id == NO_TAKE else take_id, by=by
        )
        await done(interaction)

    async def _panel(self, interaction: Interaction, board: Board) -> discord.ui.LayoutView:
        takes = await self._boards.takes(board.id)
        has_showcase = await self._showcase.channel(board.server_id) is not None
        return cards.board_panel(
            board,
            hand_of(interaction),
            takes,
            str(interaction.locale),
            has_showcase=has_showcase,
        )


async def setup(bot: VideoBot) -> None:
    await bot.add_cog(BoardPanel(bot))
