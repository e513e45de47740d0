"""The shapes of a landscape, drawn as masks, and the lights that belong to some of them."""

import math
from collections.abc import Callable, Iterator
from random import Random

from PIL import Image, ImageDraw

from bot.playground.evolink.film.looks import Colour, Land, mix

Size = tuple[int, int]
Outline = Callable[[ImageDraw.ImageDraw, Size, Random], None]


def drawn(size: Size, outline: Outline, chance: Random) -> Image.Image:
    """The mask of a shape, drawn at twice the size and shrunk, which smooths its edges."""
    large = Image.new("L", (size[0] * 2, size[1] * 2))
    outline(ImageDraw.Draw(large), large.size, chance)
    return large.reduce(2)


def disc(draw: ImageDraw.ImageDraw, size: Size, chance: Random) -> None:
    draw.ellipse((0, 0, size[0] - 1, size[1] - 1), fill=255)


def _filled(draw: ImageDraw.ImageDraw, size: Size, points: Iterator[tuple[float, float]]) -> None:
    draw.polygon([(0, size[1]), *points, (size[0], size[1])], fill=255)


def _waves(size: Size, chance: Random, rough: bool) -> Iterator[tuple[float, float]]:
    """A rolling line in the upper part; with `rough` a rocky one."""
    width, height = size
    parts = [
        (chance.uniform(0.7, 1.3) * 2**octave, chance.uniform(0, 6.28), 0.5**octave)
        for octave in range(6 if rough else 2)
    ]
    for x in range(0, width + 8, 8):
        swing = sum(
            share * _rise(pitch * x / height + turn, rough=rough) for pitch, turn, share in parts
        )
        yield x, height * 0.5 * (0.45 - 0.2 * swing)


def _rise(angle: float, *, rough: bool) -> float:
    return 1 - 2 * abs(math.sin(angle)) if rough else math.sin(angle)


def _peaks(draw: ImageDraw.ImageDraw, size: Size, chance: Random) -> None:
    _filled(draw, size, _waves(size, chance, rough=True))


def _hills(draw: ImageDraw.ImageDraw, size: Size, chance: Random) -> None:
    _filled(draw, size, _waves(size, chance, rough=False))


def _pines(draw: ImageDraw.ImageDraw, size: Size, chance: Random) -> None:
    line = [(x, y + 0.24 * size[1]) for x, y in _waves(size, chance, rough=False)]
    _filled(draw, size, iter(line))
    for x, y in line:
        if chance.random() < 0.26:
            tall = size[1] * chance.uniform(0.14, 0.36)
            for tier in range(4):
                top, wide = y + tall * (0.2 * tier - 0.95), tall * (0.08 + 0.045 * tier)
                foot = top + tall * 0.36
                draw.polygon([(x, top), (x - wide, foot), (x + wide, foot)], fill=255)


def _skyline(draw: ImageDraw.ImageDraw, size: Size, chance: Random) -> None:
    x = 0.0
    while x < size[0]:
        wide, top = size[1] * chance.uniform(0.12, 0.3), size[1] * chance.uniform(0.02, 0.5)
        draw.rectangle((x, top, x + wide * 0.92, size[1]), fill=255)
        if chance.random() < 0.3:
            middle = x + wide / 2
            draw.line((middle, top - size[1] * 0.08, middle, top), fill=255, width=4)
        x += wide


def _windows(picture: Image.Image, light: Colour, chance: Random) -> None:
    draw = ImageDraw.Draw(picture)
    step = max(6, picture.height // 26)
    for y in range(step, picture.height, step):
        for x in range(0, picture.width, step):
            if chance.random() < 0.22:
                glow = mix(_colour_at(picture, x, y), light, chance.uniform(0.3, 0.9))
                draw.rectangle((x, y, x + step // 3, y + step // 2), fill=glow)


def _water(draw: ImageDraw.ImageDraw, size: Size, chance: Random) -> None:
    draw.rectangle((0, size[1] * 0.12, *size), fill=235)
    for _ in range(size[0] // 5):
        x, depth = chance.uniform(-60, size[0]), chance.random() ** 1.5
        y, wide = size[1] * (0.13 + 0.87 * depth), size[1] * (0.04 + 0.2 * depth)
        draw.line((x, y, x + wide, y), fill=chance.randrange(120, 215), width=2 + round(4 * depth))


def _glints(picture: Image.Image, light: Colour, chance: Random) -> None:
    draw = ImageDraw.Draw(picture)
    for _ in range(picture.width // 5):
        x, depth = chance.randrange(picture.width), chance.random() ** 2
        y, wide = picture.height * (0.13 + 0.6 * depth), picture.height * (0.02 + 0.1 * depth)
        shine = mix(_colour_at(picture, x, int(y)), light, chance.uniform(0.1, 0.7) * (1 - depth))
        draw.line((x, y, x + wide, y), fill=shine, width=1 + round(2 * depth))


def _colour_at(picture: Image.Image, x: int, y: int) -> Colour:
    red, green, blue = picture.crop((x, y, x + 1, y + 1)).tobytes()
    return red, green, blue


LIGHTS = {_skyline: _windows, _water: _glints}
OUTLINES: dict[Land, tuple[Outline, ...]] = {
    Land.MOUNTAINS: (_peaks, _peaks, _hills, _pines),
    Land.SEA: (_peaks, _hills, _water),
    Land.CITY: (_hills, _skyline, _skyline),
    Land.FOREST: (_peaks, _hills, _pines, _pines),
    Land.DESERT: (_peaks, _hills, _hills, _hills),
}
