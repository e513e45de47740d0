"""`/video`: turns options into an order; and the form for one's own shots."""

from contextlib import suppress

import discord
from discord import app_commands
from discord.app_commands import Choice, Range
from discord.ext import commands
from msgspec.structs import replace

from bot.client import VideoBot
from bot.errors import Refusal, StorageDown
from bot.ui.asking import asker_of
from bot.ui.choices import (
    choices,
    described,
    filled_in,
    model_choices,
    offers_model,
    suggested,
)
from bot.ui.drafts import draft, has_open_length, outline, read_draft
from bot.ui.forms import MOST_CHOICES, sent_fields
from bot.ui.items import Verb
from bot.ui.kept_text import FILLED, keep_text
from bot.ui.modals import texts_of, video_form, with_texts
from bot.ui.orders import VIDEO
from bot.ui.texts import localised
from bot.ui.whole_form import offered_to
from bot.video.values.catalogue import (
    CHOICES,
    ShotType,
    durations,
    find_model,
    longest_prompt,
    offered,
)
from bot.video.values.options import Options
from bot.video.values.specs import check_outline, completed, read_options
from bot.video.values.videos import MOST_TAKES

Interaction = discord.Interaction[VideoBot]
LENGTHS = durations()
LEAST, MOST = LENGTHS[0], LENGTHS[-1]
LONGEST_PROMPT = longest_prompt()
OPTIONS = (
    "prompt", "quality", "sound", "takes", "duration", "aspect_ratio", "negative_prompt", "shots",
    "watermark", "preset", "model",
)  # fmt: skip


class Video(commands.Cog):
    """Order a video."""

    def __init__(self, bot: VideoBot) -> None:
        front = self._front = bot.front
        self._videos = front.services.videos
        self._orders = front.orders
        self._presets = front.services.presets
        front.router.register(
            forms={Verb.SHOTS: self.shots_written},
            kept={Verb.SHOTS: self.keep},
            kept_commands={VIDEO: self.keep_command},
        )

    @app_commands.command(name=VIDEO, description=localised("command.video"))
    @app_commands.describe(**described("video", *OPTIONS))
    @app_commands.choices(
        **{option: choices(option, offered(option)) for option in CHOICES}, **model_choices()
    )
    @app_commands.guild_only()
    @app_commands.allowed_installs(guilds=True, users=False)
    @offers_model
    async def video(
        self,
        interaction: Interaction,
        prompt: Range[str, 1, LONGEST_PROMPT],
        quality: str | None = None,  # before the length, whose prices depend on it
        sound: str | None = None,
        takes: Range[int, 1, MOST_TAKES] | None = None,
        duration: Range[int, LEAST, MOST] | None = None,
        aspect_ratio: str | None = None,
        negative_prompt: Range[str, 1, LONGEST_PROMPT] | None = None,
        shots: str | None = None,
        watermark: bool | None = None,
        preset: str | None = None,
        model: str | None = None,
    ) -> None:
        options = read_options(
            prompt=prompt,
            negative_prompt=negative_prompt,
            duration=duration,
            aspect_ratio=aspect_ratio,
            sound=sound,
            quality=quality,
            shots=shots,
            watermark=watermark,
            takes=takes,
            model=model or interaction.namespace.model,  # also if it is no longer offered
        )
        if preset is not None:
            where = (interaction.guild_id or 0, interaction.user.id)
            options = await self._presets.fill(where, preset, options)
            interaction.extras[FILLED] = options  # a refusal gives them back
        if options.shots is ShotType.CUSTOMIZE:
            await self._ask_for_shots(interaction, options)
        else:
            await self._orders.take(interaction, options)

    async def _ask_for_shots(self, interaction: Interaction, options: Options) -> None:
        server_id = await self._orders.check(interaction)
        spec = await self._videos.completed(server_id, asker_of(interaction), options)
        texts, locale = texts_of(check_outline(spec)), str(interaction.locale)
        subject = draft(spec, is_open=options.duration is None)
        await interaction.response.send_modal(video_form(Verb.SHOTS, subject, texts, locale))

    async def shots_written(self, interaction: Interaction, options: str) -> None:
        """Order a video from the shots in the form; a refusal keeps the text."""
        is_open = has_open_length(options)
        spec = with_texts(read_draft(options), sent_fields(interaction), is_open=is_open)
        await self._orders.take(interaction, Options.of(spec))

    async def keep(self, interaction: Interaction, error: Exception, options: str) -> None:
        """Keep the text of a refused form."""
        await keep_text(interaction, error, Verb.SHOTS, options, sent_fields(interaction))

    async def keep_command(self, interaction: Interaction, error: Exception) -> None:
        """Keep the texts and options of a refused command, for the form of a new video."""
        typed = interaction.namespace
        options = interaction.extras.get(FILLED) or replace(
            filled_in(typed),
            prompt=str(typed.prompt or ""),
            negative_prompt=str(typed.negative_prompt or ""),
            duration=typed.duration if typed.duration in LENGTHS else None,
            watermark=typed.watermark if isinstance(typed.watermark, bool) else None,
        )
        texts = texts_of(completed(options))
        await keep_text(interaction, error, Verb.FROM_MESSAGE, outline(options), texts)

    @video.autocomplete("preset")
    async def presets(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        """Suggest the person's presets and the server's."""
        return suggested(
            await self._presets.all(interaction.guild_id or 0, interaction.user.id), typed
        )

    @video.autocomplete("duration")
    async def durations(self, interaction: Interaction, typed: str) -> list[Choice[int]]:
        """Suggest every length allowed here with its price, and how many like it fit today."""
        server_id, asker = interaction.guild_id or 0, asker_of(interaction)
        options, locale = await self._so_far(interaction), str(interaction.locale)
        offered = await offered_to(interaction, self._front.services)
        try:
            spec = await self._videos.completed(server_id, asker, options)
        except StorageDown:  # the prices alone are still right
            spec = completed(options)
        try:
            check_outline(spec)
        except Refusal:  # the options so far are impossible
            return []
        return [
            Choice(name=offered.length(replace(spec, duration=each), locale), value=each)
            for each in offered.allowed("duration", find_model(spec.model).durations)
            if str(each).startswith(str(typed).strip())
        ][:MOST_CHOICES]

    async def _so_far(self, interaction: Interaction) -> Options:
        """The options filled in so far, with those of the preset if it fits them."""
        options, preset = filled_in(interaction.namespace), interaction.namespace.preset
        if not isinstance(preset, str) or not preset:
            return options
        where = (interaction.guild_id or 0, interaction.user.id)
        with suppress(Refusal, StorageDown):  # said when it is ordered
            options = await self._presets.fill(where, preset, options)
        return options


async def setup(bot: VideoBot) -> None:
    await bot.add_cog(Video(bot))
