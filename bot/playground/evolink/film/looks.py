"""What a scene looks like: colours, land and weather, by the words of its text or by chance."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import TypeVar

Colour = tuple[int, int, int]
K = TypeVar("K", bound=str)


@dataclass(frozen=True, kw_only=True)
class Palette:
    """The colours of one time of day; `haze` is what far things fade into."""

    top: Colour
    middle: Colour
    haze: Colour
    near: Colour
    light: Colour
    stars: bool = False


class Land(StrEnum):
    """What stands on the ground."""

    MOUNTAINS = "mountains"
    SEA = "sea"
    CITY = "city"
    FOREST = "forest"
    DESERT = "desert"


class Weather(StrEnum):
    """What is in the air."""

    SNOW = "snow"
    RAIN = "rain"
    GLOW = "glow"


@dataclass(frozen=True, kw_only=True)
class Look:
    """One scene's choice."""

    palette: Palette
    land: Land
    weather: Weather
    seed: str


PALETTES = {
    "dusk": Palette(
        top=(38, 28, 84),
        middle=(196, 82, 120),
        haze=(255, 186, 120),
        near=(28, 16, 46),
        light=(255, 226, 168),
    ),
    "night": Palette(
        top=(6, 10, 32),
        middle=(20, 42, 92),
        haze=(72, 116, 160),
        near=(6, 10, 24),
        light=(224, 234, 255),
        stars=True,
    ),
    "morning": Palette(
        top=(70, 130, 190),
        middle=(160, 204, 222),
        haze=(255, 232, 204),
        near=(24, 56, 64),
        light=(255, 250, 226),
    ),
    "aurora": Palette(
        top=(8, 14, 40),
        middle=(18, 92, 104),
        haze=(132, 232, 184),
        near=(6, 22, 34),
        light=(206, 255, 232),
        stars=True,
    ),
    "amber": Palette(
        top=(92, 36, 52),
        middle=(226, 112, 56),
        haze=(255, 214, 132),
        near=(52, 18, 26),
        light=(255, 244, 204),
    ),
    "winter": Palette(
        top=(84, 108, 148),
        middle=(160, 182, 210),
        haze=(236, 238, 246),
        near=(40, 54, 84),
        light=(255, 255, 255),
    ),
    "orchid": Palette(
        top=(52, 32, 104),
        middle=(150, 98, 192),
        haze=(248, 196, 222),
        near=(30, 20, 62),
        light=(255, 236, 246),
    ),
}

PALETTE_WORDS = {
    "dusk": "sunset dusk evening atardecer ocaso tarde",
    "night": "night moon stars space midnight noche luna estrellas espacio",
    "morning": "sun sunshine bright morning dawn day sky sol amanecer mañana día cielo",
    "aurora": "aurora arctic magic ghost magia fantasma",
    "amber": "fire desert autumn gold lava dragon fuego desierto otoño oro dragón",
    "winter": "snow winter ice frozen fog nieve invierno hielo niebla",
    "orchid": "flower dream love spring flor sueño amor primavera",
}
LAND_WORDS = {
    Land.MOUNTAINS: "mountain mountains peak climber summit snow montaña montañas cumbre nieve",
    Land.SEA: "sea ocean beach wave waves boat ship whale lake mar océano playa olas barco lago",
    Land.CITY: "city street town car robot neon skyline ciudad calle coche robot",
    Land.FOREST: "forest tree trees wood fox bear deer wolf field grass bosque árbol zorro campo",
    Land.DESERT: "desert sand dune dunes camel mars desierto arena duna camello marte",
}
WEATHER_WORDS = {
    Weather.SNOW: "snow winter ice blizzard nieve invierno hielo",
    Weather.RAIN: "rain storm thunder lluvia tormenta",
    Weather.GLOW: "",
}


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """`share` of the other colour, 0 to 1."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def choose(text: str, place: int, before: Look | None) -> Look:
    """The look of the scene at `place`, always in other colours than the one `before` it."""
    words = set(re.findall(r"\w+", text.lower()))
    chance = Random(text)
    ranked = [PALETTES[name] for name in _ranked(PALETTE_WORDS, words, chance)]
    palettes = [palette for palette in ranked if before is None or palette is not before.palette]
    lands = _ranked(LAND_WORDS, words, chance)
    weathers = [kind for kind, fitting in WEATHER_WORDS.items() if words & set(fitting.split())]
    return Look(
        palette=palettes[place % len(palettes)],
        land=lands[place % len(lands)],
        weather=weathers[0] if weathers else Weather.GLOW,
        seed=f"{place}{text}",
    )


def _ranked(vocabulary: Mapping[K, str], words: set[str], chance: Random) -> list[K]:
    """The kinds that share a word with the text first, the others by chance."""
    kinds = list(vocabulary)
    chance.shuffle(kinds)
    return sorted(kinds, key=lambda kind: -len(words & set(vocabulary[kind].split())))
