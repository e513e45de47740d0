"""Pre-drawn parts of a landscape, each wider than the frame so that the camera can pass along it.

All lengths are in pixels.
"""

import math
from dataclasses import dataclass
from itertools import pairwise
from random import Random

from PIL import Image, ImageDraw, ImageFilter

from bot.playground.evolink.film.looks import Colour, Land, Palette, mix
from bot.playground.evolink.film.outlines import LIGHTS, OUTLINES, Size, disc, drawn


@dataclass(frozen=True, kw_only=True)
class Layer:
    """A picture with a mask, whose upper edge is at `top`; `speed` in pixels a second."""

    picture: Image.Image
    mask: Image.Image
    top: int
    speed: float


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
    face = drawn((unit // 8, unit // 8), disc, chance)
    picture.paste(palette.light, (centre[0] - unit // 16, centre[1] - unit // 16), face)
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
        mask = drawn(reach, outline, chance)
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
