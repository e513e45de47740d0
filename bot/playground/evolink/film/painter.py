"""Paints the frames: the camera passes along a landscape while snow, rain or lights drift."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from PIL import Image

from bot.playground.evolink.film.caption import WATERMARK, caption, mark
from bot.playground.evolink.film.layers import Layer, clouds, dot, land, sky
from bot.playground.evolink.film.looks import Look, Weather, choose
from bot.playground.evolink.film.screenplay import Screenplay

FRAME_RATE = 24


def paint(screenplay: Screenplay) -> Iterator[Image.Image]:
    """Every frame in order."""
    shown, until, look = 0, 0.0, None
    for place, scene in enumerate(screenplay.scenes):
        until += scene.seconds
        look = choose(scene.text, place, look)
        setting = Setting(screenplay, place, look)
        first, last = shown, round(until * FRAME_RATE)
        for shown in range(first, last):
            yield setting.frame((shown - first) / FRAME_RATE)
        shown = last


@dataclass(frozen=True, kw_only=True)
class Particle:
    """A spot in the air: start in shares of the frame, speed in heights a second."""

    x: float
    y: float
    across: float
    down: float
    sprite: Image.Image
    phase: float


class Setting:
    """One scene, drawn once in layers; a frame is their assembly at one moment."""

    def __init__(self, screenplay: Screenplay, place: int, look: Look) -> None:
        scene = screenplay.scenes[place]
        chance = Random(look.seed)
        size = screenplay.canvas
        self._size = size
        self._light = look.palette.light
        self._sky = sky(size, look.palette, chance)
        self._layers = [
            clouds(size, look.palette, scene.seconds, chance),
            *land(size, look.land, look.palette, scene.seconds, chance),
        ]
        self._particles = _particles(look.weather, min(size), chance)
        self._caption = caption(size, scene.text)
        self._marks = _marks(screenplay, place)

    def frame(self, seconds: float) -> Image.Image:
        """The scene `seconds` after its start."""
        frame = self._sky.copy()
        for layer in self._layers:
            _pass_by(frame, layer, seconds)
        for particle in self._particles:
            self._drift(frame, particle, seconds)
        frame.paste(self._caption, (0, frame.height - self._caption.height), self._caption)
        for label, corner in self._marks:
            frame.paste(label, corner, label)
        return frame

    def _drift(self, frame: Image.Image, particle: Particle, seconds: float) -> None:
        width, height = self._size
        sway = 0.012 * math.sin(1.3 * seconds + particle.phase)
        x = (particle.x + (particle.across * seconds + sway) * height / width) % 1.1 - 0.05
        y = (particle.y + particle.down * seconds) % 1.1 - 0.05
        frame.paste(self._light, (round(x * width), round(y * height)), particle.sprite)


def _pass_by(frame: Image.Image, layer: Layer, seconds: float) -> None:
    left = round(layer.speed * seconds)
    window = (left, 0, left + frame.width, layer.mask.height)
    frame.paste(layer.picture.crop(window), (0, layer.top), layer.mask.crop(window))


def _particles(weather: Weather, unit: int, chance: Random) -> list[Particle]:
    match weather:
        case Weather.SNOW:
            sprites = [dot(max(1, unit * size // 720)) for size in (2, 3, 4, 6)]
            count, across, down = 110, (0.02, 0.07), (0.07, 0.2)
        case Weather.RAIN:
            sprites = [_streak(max(8, unit * size // 720)) for size in (18, 26, 34)]
            count, across, down = 120, (-0.02, 0.0), (1.1, 1.7)
        case Weather.GLOW:
            sprites = [dot(max(1, unit * size // 720)) for size in (3, 5, 8, 12)]
            count, across, down = 36, (-0.03, 0.03), (-0.05, -0.01)
    return [
        Particle(
            x=chance.random() * 1.1,
            y=chance.random() * 1.1,
            across=chance.uniform(*across),
            down=chance.uniform(*down),
            sprite=chance.choice(sprites),
            phase=chance.uniform(0, 2 * math.pi),
        )
        for _ in range(count)
    ]


def _streak(length: int) -> Image.Image:
    return (
        Image.linear_gradient("L").resize((1, length)).point([level // 2 for level in range(256)])
    )


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
