"""Paints the placeholder's frames: soft lights drift over a gradient above the prompt.

It draws no content of the prompt but its words; its letters choose the colours."""

import colorsys
import math
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from PIL import Image, ImageOps

from bot.playground.evolink.film.caption import WATERMARK, caption, mark
from bot.playground.evolink.film.screenplay import Screenplay

FRAME_RATE = 24
TURN = 0.381966  # of the colour wheel per scene, so that neighbours differ
LIGHTS = 7


def paint(screenplay: Screenplay) -> Iterator[Image.Image]:
    """Every frame in order."""
    shown, until = 0, 0.0
    for place, scene in enumerate(screenplay.scenes):
        until += scene.seconds
        painted = Painted(screenplay, place)
        first, last = shown, round(until * FRAME_RATE)
        for shown in range(first, last):
            yield painted.frame((shown - first) / FRAME_RATE)
        shown = last


@dataclass(frozen=True, kw_only=True)
class Light:
    """A soft circling spot: place and size in shares of the frame, turns in radians."""

    x: float
    y: float
    reach: float
    pace: float
    phase: float
    spot: Image.Image
    colour: tuple[int, int, int]


class Painted:
    """One scene; draws what does not move only once."""

    def __init__(self, screenplay: Screenplay, place: int) -> None:
        self._size = width, height = screenplay.canvas
        chance = Random(f"{place}{screenplay.scenes[place].text}")
        hue = Random(screenplay.scenes[0].text).random() + place * TURN
        shade = Image.linear_gradient("L").resize((width, height))
        self._ground = ImageOps.colorize(
            shade, _colour(hue, 0.7, 0.22), _colour(hue + 0.1, 0.6, 0.6)
        )
        self._lights = [_light(hue, height, chance) for _ in range(LIGHTS)]
        self._caption = caption(self._size, screenplay.scenes[place].text)
        self._marks = _marks(screenplay, place)

    def frame(self, seconds: float) -> Image.Image:
        """The frame `seconds` after the scene's start."""
        frame = self._ground.copy()
        for light in self._lights:
            turn = light.phase + light.pace * seconds
            x = light.x + light.reach * math.cos(turn)
            y = light.y + light.reach * math.sin(turn)
            left, top = (
                round(share * side) for share, side in zip((x, y), self._size, strict=True)
            )
            half = light.spot.width // 2
            frame.paste(light.colour, (left - half, top - half), light.spot)
        frame.paste(self._caption, (0, frame.height - self._caption.height), self._caption)
        for label, corner in self._marks:
            frame.paste(label, corner, label)
        return frame


def _light(hue: float, height: int, chance: Random) -> Light:
    size = max(2, round(height * chance.uniform(0.3, 1.1)))
    strength = chance.uniform(0.25, 0.6)
    spot = Image.radial_gradient("L").point(lambda level: max(0, 255 - 2 * level) * strength)
    return Light(
        x=chance.random(),
        y=chance.uniform(0, 0.8),
        reach=chance.uniform(0.05, 0.2),
        pace=chance.choice((-1, 1)) * chance.uniform(0.3, 0.9),
        phase=chance.uniform(0, 2 * math.pi),
        spot=spot.resize((size, size)),
        colour=_colour(hue + chance.uniform(-0.12, 0.16), 0.55, 1.0),
    )


def _colour(hue: float, saturation: float, value: float) -> tuple[int, int, int]:
    red, green, blue = (
        round(255 * part) for part in colorsys.hsv_to_rgb(hue % 1, saturation, value)
    )
    return red, green, blue


def _marks(screenplay: Screenplay, place: int) -> list[tuple[Image.Image, tuple[int, int]]]:
    size = screenplay.canvas
    edge = min(size) // 30
    marks = []
    if len(screenplay.scenes) > 1:
        number = mark(size, f"{place + 1} / {len(screenplay.scenes)}")
        marks.append((number, (edge, edge)))
    if screenplay.watermark:
        label = mark(size, WATERMARK)
        marks.append((label, (size[0] - label.width - edge, edge)))
    return marks
