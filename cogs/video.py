"""`/video`: options in, a film ordered; and the form for people who write their own shots."""

from collections.abc import Iterable
from enum import StrEnum
from typing import TypeVar

import discord
from discord import app_commands
from discord.app_commands import Choice, Range
from discord.ext import commands
from msgspec.structs import replace

from bot.client import VideoBot
from bot.errors import StorageDown
from bot.ui.asking import asker_of
from bot.ui.forms import sent_fields
from bot.ui.items import Verb
from bot.ui.kept_text import keep_text
from bot.ui.modals import draft, read_draft, texts_of, video_form, with_texts
from bot.ui.money import duration_choice
from bot.ui.texts import localised
from bot.video.limits.room import Cost, Room
from bot.video.values.specs import read_spec
from bot.video.values.videos import (
    DURATIONS,
    MODEL,
    PROMPT_LIMIT,
    AspectRatio,
    Quality,
    ShotType,
    Sound,
    VideoSpec,
)

Interaction = discord.Interaction[VideoBot]
V = TypeVar("V")
LEAST, MOST = DURATIONS.start, DURATIONS.stop - 1
OPTIONS = (
    "prompt", "duration", "aspect_ratio", "sound", "quality", "negative_prompt", "shots",
    "watermark", "model",
)  # fmt: skip


def choices(option: str, values: Iterable[str]) -> list[Choice[str]]:
    """The API's own values, labelled in people's words."""
    return [
        Choice(name=localised(f"choice.{option}.{value}"), value=str(value)) for value in values
    ]


class Video(commands.Cog):
    """Ask for a film."""

    def __init__(self, bot: VideoBot) -> None:
        self._videos = bot.services.videos
        self._per_usd = bot.services.per_usd
        self._orders = bot.orders
        bot.router.register(
            forms={Verb.SHOTS: self.shots_written},
            kept={Verb.SHOTS: self.keep},
        )

    @app_commands.command(name="video", description=localised("command.video"))
    @app_commands.describe(**{each: localised(f"option.video.{each}") for each in OPTIONS})
    @app_commands.choices(
        aspect_ratio=choices("aspect_ratio", AspectRatio),
        sound=choices("sound", Sound),
        quality=choices("quality", Quality),
        shots=choices("shots", ShotType),
        model=choices("model", [MODEL]),
    )
    @app_commands.guild_only()
    @app_commands.allowed_installs(guilds=True, users=False)
    async def video(
        self,
        interaction: Interaction,
        prompt: Range[str, 1, PROMPT_LIMIT],
        duration: Range[int, LEAST, MOST] | None = None,
        aspect_ratio: str | None = None,
        sound: str | None = None,
        quality: str | None = None,
        negative_prompt: Range[str, 1, PROMPT_LIMIT] | None = None,
        shots: str | None = None,
        watermark: bool | None = None,
        model: str = MODEL,
    ) -> None:
        writes_shots = shots == ShotType.CUSTOMIZE

        def wanted(defaults: VideoSpec) -> VideoSpec:
            return read_spec(
                prompt=str(prompt),
                negative_prompt=_given(negative_prompt, defaults.negative_prompt),
                duration=_given(duration, defaults.duration),
                aspect_ratio=_given(aspect_ratio, defaults.aspect_ratio),
                sound=_given(sound, defaults.sound),
                quality=_given(quality, defaults.quality),
                shot_type=ShotType.ONE if writes_shots else _given(shots, defaults.shot_type),
                watermark=_given(watermark, defaults.watermark) is True,
                model=model,
            )

        if writes_shots:
            spec = wanted(await self._defaults(interaction))
            await self._ask_for_shots(interaction, replace(spec, shot_type=ShotType.CUSTOMIZE))
        else:
            await self._orders.take(interaction, VideoSpec(prompt=""), complete=wanted)

    async def _defaults(self, interaction: Interaction) -> VideoSpec:
        if interaction.guild_id is None:
            return VideoSpec(prompt="")
        return await self._videos.defaults(interaction.guild_id, asker_of(interaction))

    async def _ask_for_shots(self, interaction: Interaction, spec: VideoSpec) -> None:
        await self._orders.check(interaction)
        locale = str(interaction.locale)
        await interaction.response.send_modal(
            video_form(Verb.SHOTS, draft(spec), texts_of(spec), locale)
        )

    async def shots_written(self, interaction: Interaction, options: str) -> None:
        """The form came back. What does not add up is shown with the text kept."""
        spec = with_texts(read_draft(options), sent_fields(interaction))
        await self._orders.take(interaction, spec)

    async def keep(self, interaction: Interaction, error: Exception, options: str) -> None:
        """The form was not taken."""
        await keep_text(interaction, error, Verb.SHOTS, options, sent_fields(interaction))

    @video.autocomplete("duration")
    async def durations(self, interaction: Interaction, typed: str) -> list[Choice[int]]:
        """Every length with its price and how many more like it fit in today's allowance."""
        try:
            room, defaults = await self._room(interaction), await self._defaults(interaction)
        except StorageDown:  # the prices alone are still true
            room, defaults = None, VideoSpec(prompt="")
        return [
            Choice(name=self._priced(interaction, seconds, room, defaults), value=seconds)
            for seconds in DURATIONS
            if str(seconds).startswith(str(typed).strip())
        ]

    async def _room(self, interaction: Interaction) -> Room | None:
        if interaction.guild_id is None:
            return None
        return await self._videos.room(interaction.guild_id, asker_of(interaction))

    def _priced(
        self, interaction: Interaction, seconds: int, room: Room | None, defaults: VideoSpec
    ) -> str:
        filled = interaction.namespace
        spec = read_spec(
            prompt="-",
            duration=seconds,
            quality=_filled(Quality, filled.quality, defaults.quality),
            sound=_filled(Sound, filled.sound, defaults.sound),
        )
        price, locale = self._videos.price(spec), str(interaction.locale)
        if room is None:
            return duration_choice(seconds, price, locale, self._per_usd, None)
        film = Cost(price=price, seconds=seconds)
        fitting, short = room.count(film), room.short(film)
        more = None if fitting is None else fitting - 1
        return duration_choice(seconds, price, locale, self._per_usd, more, short)


def _given(value: V | None, otherwise: V) -> V:
    return otherwise if value is None else value


def _filled(kind: type[StrEnum], value: object, default: StrEnum) -> str:
    """An option as filled in so far: while typing it may be missing or no choice at all."""
    return str(value) if value in list(kind) else default


async def setup(bot: VideoBot) -> None:
    await bot.add_cog(Video(bot))
