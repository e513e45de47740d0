"""`/storyboard`: opens a board, in the channel or in a thread of its own."""

import discord
from discord import app_commands
from discord.app_commands import Range
from discord.ext import commands

from bot.client import VideoBot
from bot.errors import Refusal
from bot.ui.answer import refuse, tell
from bot.ui.asking import asker_of
from bot.ui.board_answers import KEEP
from bot.ui.board_forms import TITLE, opening, read_opening
from bot.ui.choices import described, model_choices, offers_model
from bot.ui.escape import clean
from bot.ui.forms import sent_fields
from bot.ui.items import Verb
from bot.ui.kept_text import keep_text
from bot.ui.texts import board_name, localised, say
from bot.video.storyboards import edits
from bot.video.storyboards.edits import TITLE_LIMIT
from bot.video.values.catalogue import MODELS
from bot.video.values.options import Options

Interaction = discord.Interaction[VideoBot]
COMMAND = "storyboard"
THREAD_NAME_LIMIT = 100  # characters; Discord, channel resource


class BoardOpening(commands.Cog):
    """Open a board."""

    def __init__(self, bot: VideoBot) -> None:
        front = self._front = bot.front
        self._boards = front.services.boards
        front.router.register(
            forms={Verb.BOARD_OPEN: self.titled},
            kept={Verb.BOARD_OPEN: KEEP[Verb.BOARD_OPEN]},
            kept_commands={COMMAND: self.keep},
        )

    @app_commands.command(name=COMMAND, description=localised("command.storyboard"))
    @app_commands.describe(**described(COMMAND, "title", "thread", "model"))
    @app_commands.choices(**model_choices())
    @app_commands.guild_only()
    @app_commands.allowed_installs(guilds=True, users=False)
    @offers_model
    async def storyboard(
        self,
        interaction: Interaction,
        title: Range[str, 1, TITLE_LIMIT] | None = None,
        thread: bool = False,
        model: str | None = None,
    ) -> None:
        model = model or interaction.namespace.model
        await self._open(interaction, title, Options(model=model), in_thread=thread)

    async def titled(self, interaction: Interaction, subject: str) -> None:
        """Open the board of a refused command, with the title in the form."""
        in_thread, options = read_opening(subject)
        title = sent_fields(interaction).get(TITLE, "").strip() or None
        await self._open(interaction, title, options, in_thread=in_thread)

    async def keep(self, interaction: Interaction, error: Exception) -> None:
        """Keep the title of a refused command."""
        typed = interaction.namespace
        if not isinstance(typed.title, str):
            await refuse(interaction, error)
            return
        options = Options(model=typed.model if typed.model in MODELS else None)
        subject = opening(options, in_thread=typed.thread is True)
        texts, verb = {TITLE: typed.title}, Verb.BOARD_OPEN
        await keep_text(interaction, error, verb, subject, texts, rewrite=Verb.BOARD_REWRITE)

    async def _open(
        self, interaction: Interaction, title: str | None, options: Options, *, in_thread: bool
    ) -> None:
        server_id = await self._front.orders.check(interaction)
        locale = str(interaction.guild_locale or interaction.locale)
        name, channel_id = edits.read_title(title), interaction.channel_id or 0
        if in_thread:
            unnamed = board_name(await self._boards.next_name(server_id), locale)
            channel_id = await _thread(interaction, name or unnamed)
        board = await self._boards.open(
            server_id=server_id,
            asker=asker_of(interaction),
            channel_id=channel_id,
            title=name,
            locale=locale,
            options=options,
            announce_in=interaction.channel_id if channel_id != interaction.channel_id else None,
        )
        where = f"<#{channel_id}>"
        told = say("board.opened", str(interaction.locale), board=board.name, where=where)
        await tell(interaction, told)


async def _thread(interaction: Interaction, name: str) -> int:
    """A new thread below this channel; a board requested in a thread stays there."""
    channel = interaction.channel
    if not isinstance(channel, discord.TextChannel):
        return interaction.channel_id or 0
    needed = ("create_public_threads", "send_messages_in_threads")
    may, granted = interaction.permissions, interaction.app_permissions
    if not (may.administrator or all(getattr(may, each) for each in needed)):
        raise Refusal("cannot_open_threads")
    missing = [each for each in needed if not getattr(granted, each)]
    if missing and not granted.administrator:
        raise Refusal("missing_permissions", permissions=missing)
    await interaction.response.defer(ephemeral=True)
    kinds = discord.ChannelType  # a thread below an announcement channel has its own type
    kind = kinds.news_thread if channel.is_news() else kinds.public_thread
    thread = await channel.create_thread(name=thread_name(name), type=kind)
    return thread.id


def thread_name(title: str) -> str:
    """A title as a thread's name, without characters that turn or hide text."""
    return clean(title)[:THREAD_NAME_LIMIT].strip()


async def setup(bot: VideoBot) -> None:
    await bot.add_cog(BoardOpening(bot))
