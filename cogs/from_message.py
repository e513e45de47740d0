"""The form for a new video: from a message ("Make a video of this"), or from a refused `/video`."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import VideoBot
from bot.ui.asking import asker_of, words_of
from bot.ui.drafts import NOTHING, read_outline
from bot.ui.forms import sent_fields
from bot.ui.items import Verb
from bot.ui.kept_text import keep_text
from bot.ui.modals import NEGATIVE, PROMPT, video_form, with_texts
from bot.ui.texts import localised, say
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
        form = video_form(Verb.FROM_MESSAGE, NOTHING, texts, str(interaction.locale))
        await interaction.response.send_modal(form)

    async def written(self, interaction: Interaction, subject: str) -> None:
        """Order the video; a refusal keeps the text."""
        server_id = await self._front.orders.check(interaction)
        options, asker = read_outline(subject), asker_of(interaction)
        usual = await self._videos.completed(server_id, asker, options)
        is_open = options.duration is None
        spec = with_texts(usual, sent_fields(interaction), is_open=is_open)
        await self._front.orders.take(interaction, Options.of(spec))

    async def keep(self, interaction: Interaction, error: Exception, subject: str) -> None:
        """Keep the text of a refused form."""
        await keep_text(interaction, error, Verb.FROM_MESSAGE, subject, sent_fields(interaction))


async def setup(bot: VideoBot) -> None:
    await bot.add_cog(FromMessage(bot))
