"""Text on a film: the prompt at the foot, the scene's number and the watermark at the head."""

from functools import cache

from PIL import Image, ImageDraw, ImageFont

WATERMARK = "LOCAL EVOLINK"
FONTS = ("DejaVuSans.ttf", "NotoSans-Regular.ttf", "Arial Unicode.ttf", "arial.ttf")
TALLEST = 0.34
"""The share of the height that a caption may take."""


def caption(size: tuple[int, int], text: str) -> Image.Image:
    """The foot of every frame of a scene: `text`, wrapped, over a shade that fades upwards."""
    width, height = size
    lines, font = _fitted(" ".join(_printable(text).split()), size)
    spacing = font.size * 1.35
    tall = round(spacing * len(lines) + height * 0.16)
    foot = Image.new("RGBA", (width, tall), (0, 0, 0, 255))
    foot.putalpha(Image.linear_gradient("L").resize((width, tall)).point(_shade))
    draw = ImageDraw.Draw(foot)
    for number, line in enumerate(lines):
        y = tall - height * 0.06 - spacing * (len(lines) - number)
        draw.text((width / 2, y), line, font=font, fill=(255, 255, 255, 245), anchor="ma")
    return foot


def mark(size: tuple[int, int], text: str) -> Image.Image:
    """A small see-through label of one line."""
    font = _font(max(10, min(size) // 34))
    left, top, right, bottom = font.getbbox(text)
    label = Image.new("RGBA", (round(right - left) + 24, round(bottom - top) + 14), (0, 0, 0, 70))
    draw = ImageDraw.Draw(label)
    draw.text((12 - left, 7 - top), text, font=font, fill=(255, 255, 255, 200))
    return label


def _shade(level: int) -> int:
    return min(170, level * 4 // 3)


def _fitted(text: str, size: tuple[int, int]) -> tuple[list[str], ImageFont.FreeTypeFont]:
    """The largest type in which the text fits; what never fits is cut with an ellipsis."""
    width, height = size[0] * 0.86, size[1] * TALLEST
    largest = max(12, round(sum(size) / 44))
    for points in range(largest, max(10, largest // 3), -2):
        font = _font(points)
        lines, room = _wrapped(text, font, width), int(height / (points * 1.35))
        if len(lines) <= room:
            return lines, font
    return [*lines[: room - 1], lines[room - 1][:-1] + "…"], font


def _wrapped(text: str, font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    lines, line = [], ""
    for word in text.split(" "):
        longer = f"{line} {word}".strip()
        if font.getlength(longer) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        *full, line = _broken(word, font, width)
        lines.extend(full)
    return [*lines, line]


def _broken(word: str, font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    """Pieces of a word that is longer than a line."""
    pieces = [""]
    for letter in word:
        if pieces[-1] and font.getlength(pieces[-1] + letter) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)


@cache
def _font(points: int) -> ImageFont.FreeTypeFont:
    """A font of this system that knows many scripts, or the one that Pillow brings."""
    for name in FONTS:
        try:
            return ImageFont.truetype(name, points)
        except OSError:
            continue
    font = ImageFont.load_default(size=points)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise RuntimeError("Pillow was built without FreeType")
    return font
