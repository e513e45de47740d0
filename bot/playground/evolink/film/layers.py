"""Pre-drawn parts of a landscape, each wider than the frame so that the camera can pass along it.

All lengths are in pixels. Shapes are drawn at twice the size and shrunk, which smooths their edges.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from random import Random

from PIL import Image, ImageDraw, ImageFilter

from bot.playground.evolink.film.looks import Colour, Land, Palette

Size = tuple[int, int]
Outline = Callable[[ImageDraw.ImageDraw, Size, Random], None]


@dataclass(frozen=True, kw_only=True)
class Layer:
    """A picture with a mask, whose upper edge is at `top`; `speed` in pixels a second."""

    picture: Image.Image
    mask: Image.Image
    top: int
    speed: float


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """`share` of the other colour, 0 to 1."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def gradient(size: Size, *stops: Colour) -> Image.Image:
    """Colours from top to bottom."""
    column = Image.new("RGB", (1, len(stops)))
    column.putdata(stops)
    return column.resize(size, Image.Resampling.BICUBIC, box=(0, 0.5, 1, len(stops) - 0.5))


def sky(size: Size, palette: Palette, chance: Random) -> Image.Image:
    """Everything that stands still: the gradient, stars, the sun or moon and its glow."""
    width, height = size
    picture = gradient(size, palette.top, palette.middle, palette.haze, palette.haze)
    if palette.stars:
        _stars(picture, chance)
    centre = (round(width * chance.uniform(0.25, 0.75)), round(height * chance.uniform(0.2, 0.42)))
    unit = min(size)
    for radius, strength in ((1.1, 0.55), (0.4, 0.5), (0.16, 0.6)):
        _glow(picture, centre, round(unit * radius), palette.light, strength)
    disc = _smooth((unit // 8, unit // 8), _disc, chance)
    picture.paste(palette.light, (centre[0] - unit // 16, centre[1] - unit // 16), disc)
    # Grain hides the steps that eight bits leave in a soft gradient.
    return Image.blend(picture, _noise(size, chance).convert("RGB"), 0.01)


def clouds(size: Size, palette: Palette, seconds: float, chance: Random) -> Layer:
    """A thin band of cloud high in the sky."""
    speed = size[1] / 90
    width, height = size[0] + math.ceil(speed * seconds), size[1] // 2
    noise = _noise((max(4, width * 3 // height), 14), chance)
    noise = noise.resize((width, height), Image.Resampling.BICUBIC)
    fade = gradient((1, height), (0, 0, 0), (90, 90, 90), (0, 0, 0)).convert("L")
    strength = noise.point([max(0, min(255, (level - 116) * 2)) for level in range(256)])
    empty = Image.new("L", (width, height))
    mask = Image.composite(strength, empty, fade.resize((width, height)))
    picture = Image.new("RGB", (width, height), mix(palette.haze, palette.light, 0.5))
    return Layer(picture=picture, mask=mask, top=size[1] // 12, speed=speed)


def land(size: Size, kind: Land, palette: Palette, seconds: float, chance: Random) -> list[Layer]:
    """The ground in four steps from far to near; nearer ones are darker and pass faster."""
    outlines = OUTLINES[kind]
    layers = []
    for step, outline in enumerate(outlines):
        nearness = (step + 1) / len(outlines)
        colour = mix(palette.haze, palette.near, 0.25 + 0.75 * nearness**1.3)
        top = round(size[1] * (0.36 + 0.13 * step))
        speed = size[1] * 0.012 * 2.1**step
        reach = (size[0] + math.ceil(speed * seconds), size[1] - top)
        mask = _smooth(reach, outline, chance)
        foot = mix(colour, palette.haze, 0.5 * (1 - nearness))
        picture = gradient(reach, colour, colour, foot)
        if outline in LIGHTS:
            LIGHTS[outline](picture, palette.light, chance)
        layers.append(Layer(picture=picture, mask=mask, top=top, speed=speed))
    return [_visible(far, near) for far, near in pairwise([*layers, layers[-1]])]


def _visible(layer: Layer, nearer: Layer) -> Layer:
    """The layer without the rows that the nearer one hides: less to paste in every frame."""
    if layer is nearer:
        return layer
    gaps = nearer.mask.point([int(level < 255) for level in range(256)]).getbbox()
    solid = nearer.top + (gaps[3] if gaps else 0)
    box = (0, 0, layer.mask.width, min(layer.mask.height, solid - layer.top))
    picture, mask = layer.picture.crop(box), layer.mask.crop(box)
    return Layer(picture=picture, mask=mask, top=layer.top, speed=layer.speed)


def _noise(size: Size, chance: Random) -> Image.Image:
    return Image.frombytes("L", size, chance.randbytes(size[0] * size[1]))


def dot(radius: int) -> Image.Image:
    """The mask of a soft round spot."""
    side = 2 * radius + 1
    return _falloff(side).filter(ImageFilter.GaussianBlur(radius / 6))


def _falloff(side: int) -> Image.Image:
    # radial_gradient is black in the middle and white at the rim of its square's inner circle.
    bright = [round(255 * max(0.0, 1 - level / 181) ** 2) for level in range(256)]
    return Image.radial_gradient("L").resize((side, side)).point(bright)


def _glow(picture: Image.Image, centre: Size, radius: int, colour: Colour, most: float) -> None:
    mask = _falloff(2 * radius).point([round(level * most) for level in range(256)])
    picture.paste(colour, (centre[0] - radius, centre[1] - radius), mask)


def _stars(picture: Image.Image, chance: Random) -> None:
    draw = ImageDraw.Draw(picture)
    for _ in range(160):
        x, y = chance.randrange(picture.width), int(picture.height * 0.6 * chance.random() ** 1.4)
        side = chance.choice((0, 0, 1))
        tone = chance.randrange(120, 255)
        draw.rectangle((x, y, x + side, y + side), fill=(tone, tone, 255))


def _smooth(size: Size, outline: Outline, chance: Random) -> Image.Image:
    large = Image.new("L", (size[0] * 2, size[1] * 2))
    outline(ImageDraw.Draw(large), large.size, chance)
    return large.reduce(2)


def _disc(draw: ImageDraw.ImageDraw, size: Size, chance: Random) -> None:
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
