"""The form for everything about a video: its texts, and its length, look and shape with prices."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeVar

import discord
from msgspec import Struct
from msgspec.structs import replace

from bot.errors import Refusal, StorageDown
from bot.services import Services
from bot.ui.asking import asker_of
from bot.ui.forms import MOST_CHOICES, Choice, Field, choice_field, form, select_field
from bot.ui.items import Verb
from bot.ui.modals import text_fields, with_texts
from bot.ui.money import duration_choice
from bot.ui.texts import say
from bot.video.limits.room import Room
from bot.video.values.catalogue import (
    AspectRatio,
    Model,
    Quality,
    ShotType,
    Sound,
    durations,
    find_model,
    rank,
)
from bot.video.values.options import NOTHING_CHOSEN, Options
from bot.video.values.prices import Prices
from bot.video.values.settings import VideoCaps
from bot.video.values.videos import VideoSpec

DURATION, LOOK, SHAPE = "duration", "look", "aspect_ratio"
CAPPED = (DURATION, "quality", "sound")
AS_SHOTS = "shots"  # the length of the written shots
Interaction = discord.Interaction[Any]
V = TypeVar("V", VideoSpec, Options)
E = TypeVar("E", bound=StrEnum)
C = TypeVar("C", int, Quality, Sound)


class Offered(Struct, frozen=True, kw_only=True):
    """What a person can make, at which prices. `room` is None if it cannot be read; `caps` are
    those of the place."""

    prices: Prices
    per_usd: float
    room: Room | None
    caps: VideoCaps = VideoCaps()

    def length(self, spec: VideoSpec, locale: str) -> str:
        """A video's length with its price, and how many orders like it fit today."""
        film = self.prices.cost(spec)
        left = None if self.room is None else self.room.count(film)
        short = None if self.room is None else self.room.short(film)
        return duration_choice(
            spec.duration, film.price, locale, self.per_usd, left, short, takes=spec.takes
        )

    def allowed(self, option: str, values: Sequence[C]) -> Sequence[C]:
        """Those of an option's values that this place allows."""
        most = getattr(self.caps, option)
        return [each for each in values if most is None or rank(each) <= rank(most)]

    def lowered(self, spec: VideoSpec, model: Model) -> VideoSpec:
        """The video, in what this place allows."""
        wanted = {option: getattr(spec, option) for option in CAPPED}
        found = {option: self.allowed(option, model.choices(option)) for option in CAPPED}
        above = {each for each, values in found.items() if values and wanted[each] not in values}
        return replace(spec, **{option: max(found[option], key=rank) for option in above})

    def look(self, spec: VideoSpec, now: VideoSpec, locale: str) -> str:
        """A look's price, and how much more or less than `now` it costs."""
        price, usual = self.prices.price(spec), self.prices.price(now)
        percent = round(100 * price / usual) - 100
        key = "modal.video.same_price.hint" if price == usual else "modal.video.other_price.hint"
        return say(key, locale, seconds=spec.duration, price=price, change=f"{percent:+}")


async def offered_to(interaction: Interaction, services: Services) -> Offered:
    """What the person can make here."""
    videos, asker, server_id = services.videos, asker_of(interaction), interaction.guild_id or 0
    offered = Offered(prices=videos.prices, per_usd=services.per_usd, room=None)
    try:
        settings = await services.settings.of(server_id)
        room = await videos.room(server_id, asker)
    except StorageDown:  # the prices alone are still right
        return offered
    return replace(offered, room=room, caps=settings.ceiling_in(asker.channel_ids))


async def open_form(
    interaction: Interaction,
    services: Services,
    verb: Verb,
    subject: str,
    spec: VideoSpec,
    texts: Mapping[str, str],
    *,
    is_open: bool = True,
) -> None:
    """Answer with the form. `is_open`: written shots decide the length."""
    offered, locale = await offered_to(interaction, services), str(interaction.locale)
    modal = whole_form(verb, subject, spec, texts, locale, offered=offered, is_open=is_open)
    await interaction.response.send_modal(modal)


def whole_form(
    verb: Verb,
    subject: str,
    spec: VideoSpec,
    texts: Mapping[str, str],
    locale: str,
    *,
    offered: Offered,
    is_open: bool = False,
) -> discord.ui.Modal:
    """The form, filled with `texts` and the options of `spec`; `is_open`: as long as its shots."""
    model = find_model(spec.model)
    spec = offered.lowered(spec, model)
    fields = [*text_fields(texts, locale), _length(spec, model, locale, offered, is_open=is_open)]
    looks = list(_looks(spec, model, offered))
    if len(looks) > 1:
        fields.append(_look(looks, spec, locale, offered))
    if len(model.aspect_ratios) > 1:
        fields.append(_shape(spec, model, locale))
    return form(verb, subject, locale, *fields)


def chosen_in(sent: Mapping[str, str]) -> Options:
    """The options that were chosen in the form; None for those it did not ask about, and for a
    length that the shots decide. Raises `Refusal` for forged ones."""
    duration, ratio = sent.get(DURATION) or AS_SHOTS, sent.get(SHAPE)
    if duration not in (AS_SHOTS, *map(str, durations())):
        raise Refusal("unknown_choice", option="duration")
    quality, _, sound = (sent.get(LOOK) or ".").partition(".")
    return Options(
        duration=None if duration == AS_SHOTS else int(duration),
        quality=_known(Quality, quality, "quality"),
        sound=_known(Sound, sound, "sound"),
        aspect_ratio=_known(AspectRatio, ratio, SHAPE),
    )


def _known(kind: type[E], value: str | None, option: str) -> E | None:
    if value and value not in list(kind):
        raise Refusal("unknown_choice", option=option)
    return kind(value) if value else None


def written(spec: VideoSpec, sent: Mapping[str, str], *, is_open: bool = False) -> VideoSpec:
    """The video with the texts and options of a sent form. `is_open`: as long as its shots, unless
    a length was chosen. Raises `Refusal`."""
    is_open = sent[DURATION] == AS_SHOTS if sent.get(DURATION) else is_open
    return with_texts(with_options(spec, chosen_in(sent)), sent, is_open=is_open)


def kept_choices(sent: Mapping[str, str]) -> Options:
    """Like `chosen_in`, but nothing for forged ones."""
    try:
        return chosen_in(sent)
    except Refusal:
        return NOTHING_CHOSEN


def with_options(base: V, chosen: Options) -> V:
    """A video, or its options, with what was chosen."""
    names = ("duration", "quality", "sound", "aspect_ratio")
    found = {name: getattr(chosen, name) for name in names}
    return replace(base, **{name: each for name, each in found.items() if each is not None})


def _length(
    spec: VideoSpec, model: Model, locale: str, offered: Offered, *, is_open: bool
) -> Field:
    is_written = spec.shot_type is ShotType.CUSTOMIZE
    first = [Choice(value=AS_SHOTS, label=say("modal.video.as_shots", locale))]
    lengths = [
        Choice(value=str(each), label=offered.length(replace(spec, duration=each), locale))
        for each in offered.allowed(DURATION, model.durations) or model.durations
    ]
    return select_field(
        DURATION,
        "modal.video.duration",
        locale,
        choices=[*(first if is_written else []), *lengths][:MOST_CHOICES],
        chosen=AS_SHOTS if is_written and is_open else str(spec.duration),
        about=say("modal.video.duration.hint", locale, look=_named(spec, locale)),
    )


def _look(looks: list[VideoSpec], spec: VideoSpec, locale: str, offered: Offered) -> Field:
    return select_field(
        LOOK,
        "modal.video.look",
        locale,
        choices=[
            Choice(
                value=f"{each.quality}.{each.sound}",
                label=_named(each, locale),
                about=offered.look(each, spec, locale),
            )
            for each in looks
        ],
        chosen=f"{spec.quality}.{spec.sound}",
    )


def _looks(spec: VideoSpec, model: Model, offered: Offered) -> Iterator[VideoSpec]:
    for quality in offered.allowed("quality", model.qualities) or model.qualities:
        for sound in offered.allowed("sound", model.sounds) or model.sounds:
            yield replace(spec, quality=quality, sound=sound)


def _shape(spec: VideoSpec, model: Model, locale: str) -> Field:
    choices = [(each, f"choice.aspect_ratio.{each}") for each in model.aspect_ratios]
    label = "modal.board.aspect_ratio"
    return choice_field(SHAPE, label, locale, choices=choices, chosen=spec.aspect_ratio)


def _named(spec: VideoSpec, locale: str) -> str:
    return f"{spec.quality}, {say(f'options.sound.{spec.sound}', locale)}"
