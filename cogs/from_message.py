"""The message menu "Make a video of this": a video's form, filled with the message's text."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import VideoBot
from bot.ui.asking import asker_of, words_of
from bot.ui.forms import sent_fields
from bot.ui.items import Verb
from bot.ui.kept_text import keep_text
from bot.ui.modals import NEGATIVE, PROMPT, video_form
from bot.ui.texts import localised
from bot.video.values.options import NOTHING_CHOSEN, Options

Interaction = discord.Interaction[VideoBot]
HERE = "0"  # the options are the defaults when the form is sent


class FromMessage(commands.Cog):
    """Order a video from a message."""

    def __init__(self, bot: VideoBot) -> None:
        front = self._front = bot.front
        front.router.register(
            forms={Verb.FROM_MESSAGE: self.written}, kept={Verb.FROM_MESSAGE: self.keep}
        )
        menu = app_commands.ContextMenu(name=localised("menu.make_video"), callback=self.ask)
        menu = app_commands.allowed_installs(guilds=True, users=False)(menu)
        bot.tree.add_command(app_commands.guild_only(menu))

    async def ask(self, interaction: Interaction, message: discord.Message) -> None:
        """Open the filled form; nothing is made before it is sent."""
        server_id = await self._front.orders.check(interaction)
        videos = self._front.services.videos
        usual = await videos.completed(server_id, asker_of(interaction), NOTHING_CHOSEN)
        texts = {PROMPT: words_of(message), NEGATIVE: usual.negative_prompt}
        locale = str(interaction.locale)
        await interaction.response.send_modal(video_form(Verb.FROM_MESSAGE, HERE, texts, locale))

    async def written(self, interaction: Interaction, _: str) -> None:
        """Order the video; a refusal keeps the text."""
        texts = sent_fields(interaction)
        options = Options(prompt=texts.get(PROMPT, ""), negative_prompt=texts.get(NEGATIVE, ""))
        await self._front.orders.take(interaction, options)

    async def keep(self, interaction: Interaction, error: Exception, _: str) -> None:
        """Keep the text of a refused form."""
        await keep_text(interaction, error, Verb.FROM_MESSAGE, HERE, sent_fields(interaction))


async def setup(bot: VideoBot) -> None:
    await bot.add_cog(FromMessage(bot))
