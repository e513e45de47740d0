"""The form for a new video: from a message ("Make a video of this"), or from a refused `/video`."""

import discord
from discord import app_commands
from discord.ext import commands
from msgspec.structs import replace

from bot.client import VideoBot
from bot.ui.asking import asker_of, words_of
from bot.ui.drafts import NOTHING, outline, read_outline
from bot.ui.forms import sent_fields, sent_texts
from bot.ui.items import Verb
from bot.ui.kept_text import keep_text
from bot.ui.modals import NEGATIVE, PROMPT
from bot.ui.texts import localised, say
from bot.ui.whole_form import kept_choices, open_form, with_options, written
from bot.video.values.options import NOTHING_CHOSEN, Options

Interaction = discord.Interaction[VideoBot]


class FromMessage(commands.Cog):
    """Order a video by its form."""

    def __init__(self, bot: VideoBot) -> None:
        front = self._front = bot.front
        self._videos = front.services.videos
        front.router.register(
            buttons={Verb.EXAMPLE: self.example},
            forms={Verb.FROM_MESSAGE: self.written},
            kept={Verb.FROM_MESSAGE: self.keep},
        )
        menu = app_commands.ContextMenu(name=localised("menu.make_video"), callback=self.ask)
        menu = app_commands.allowed_installs(guilds=True, users=False)(menu)
        bot.tree.add_command(app_commands.guild_only(menu))

    async def ask(self, interaction: Interaction, message: discord.Message) -> None:
        """Open the form, filled with a message."""
        await self._open(interaction, words_of(message))

    async def example(self, interaction: Interaction, number: str) -> None:
        """Open the form, filled with an example of `/help`."""
        await self._open(interaction, say(f"help.example.{number}", str(interaction.locale)))

    async def _open(self, interaction: Interaction, prompt: str) -> None:
        """Open the form; nothing is made before it is sent."""
        server_id = await self._front.orders.check(interaction)
        usual = await self._videos.completed(server_id, asker_of(interaction), NOTHING_CHOSEN)
        texts = {PROMPT: prompt, NEGATIVE: usual.negative_prompt}
        services, verb = self._front.services, Verb.FROM_MESSAGE
        await open_form(interaction, services, verb, NOTHING, usual, texts)

    async def written(self, interaction: Interaction, subject: str) -> None:
        """Order the video; a refusal keeps the text."""
        server_id = await self._front.orders.check(interaction)
        options, asker = read_outline(subject), asker_of(interaction)
        usual = await self._videos.completed(server_id, asker, options)
        is_open = options.duration is None
        spec = written(usual, sent_fields(interaction), is_open=is_open)
        await self._front.orders.take(interaction, Options.of(spec))

    async def keep(self, interaction: Interaction, error: Exception, subject: str) -> None:
        """Keep the texts and options of a refused form."""
        chosen = kept_choices(sent_fields(interaction))
        base = replace(read_outline(subject), duration=None)  # the form's, if it has one
        subject = outline(with_options(base, chosen))
        await keep_text(interaction, error, Verb.FROM_MESSAGE, subject, sent_texts(interaction))


async def setup(bot: VideoBot) -> None:
    await bot.add_cog(FromMessage(bot))
