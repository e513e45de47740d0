"""Paints the frames of a film, scene by scene."""

from collections.abc import Iterator

from PIL import Image, ImageDraw, ImageFont

from bot.playground.evolink.film.screenplay import Screenplay

FRAME_RATE = 24


def paint(screenplay: Screenplay) -> Iterator[Image.Image]:
    """Every frame in order; each is only valid until the next is asked for."""
    size = (screenplay.width, screenplay.height)
    shown, until = 0, 0.0
    for place, scene in enumerate(screenplay.scenes):
        until += scene.seconds
        last = round(until * FRAME_RATE)
        while shown < last:
            frame = Image.new("RGB", size, (30 + place * 60, (shown * 2) % 256, 120))
            font = ImageFont.load_default(size=screenplay.height // 20)
            ImageDraw.Draw(frame).text((40, 40), scene.text[:60], font=font)
            yield frame
            shown += 1
