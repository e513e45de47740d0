"""Text on a video: the prompt at the bottom, scene number and watermark at the top."""

from PIL import Image, ImageDraw

from bot.playground.evolink.film.letters import Letters, usual

WATERMARK = "LOCAL EVOLINK"
VARIANTS = "\ufe0e\ufe0f"
TALLEST = 0.34
"""The share of the height that a caption may take."""


def caption(size: tuple[int, int], text: str) -> Image.Image:
    """A caption for the bottom of each frame: `text`, wrapped, on a shade that fades upwards."""
    width, height = size
    lines, letters = _fitted(" ".join(_printable(text).split()), size)
    spacing = letters.size * 1.35
    tall = round(spacing * len(lines) + height * 0.16)
    foot = Image.new("RGBA", (width, tall), (0, 0, 0, 255))
    foot.putalpha(Image.linear_gradient("L").resize((width, tall)).point(_shade))
    for number, line in enumerate(lines):
        y = tall - height * 0.06 - spacing * (len(lines) - number)
        letters.write(foot, width / 2, y, line)
    return foot


def mark(size: tuple[int, int], text: str) -> Image.Image:
    """A small translucent label of one line."""
    font = usual(max(10, min(size) // 34))
    left, top, right, bottom = font.getbbox(text)
    label = Image.new("RGBA", (round(right - left) + 24, round(bottom - top) + 14), (0, 0, 0, 70))
    draw = ImageDraw.Draw(label)
    draw.text((12 - left, 7 - top), text, font=font, fill=(255, 255, 255, 200))
    return label


def _shade(level: int) -> int:
    return min(170, level * 4 // 3)


def _fitted(text: str, size: tuple[int, int]) -> tuple[list[str], Letters]:
    """The largest type in which the text fits; a text that never fits ends in an ellipsis."""
    width, height = size[0] * 0.86, size[1] * TALLEST
    largest = max(12, round(sum(size) / 44))
    for points in range(largest, max(10, largest // 3), -2):
        letters = Letters(points)
        lines, room = _wrapped(text, letters, width), int(height / (points * 1.35))
        if len(lines) <= room:
            return lines, letters
    return [*lines[: room - 1], lines[room - 1][:-1] + "…"], letters


def _wrapped(text: str, letters: Letters, width: float) -> list[str]:
    lines, line = [], ""
    for word in text.split(" "):
        longer = f"{line} {word}".strip()
        if letters.width(longer) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        *full, line = _broken(word, letters, width)
        lines.extend(full)
    return [*lines, line]


def _broken(word: str, letters: Letters, width: float) -> list[str]:
    """Cut a word that is longer than a line into pieces."""
    pieces, used = [""], 0.0
    for letter in word:
        wide = letters.width(letter)
        if pieces[-1] and used + wide > width:
            pieces.append("")
            used = 0
        pieces[-1] += letter
        used += wide
    return pieces


def _printable(text: str) -> str:
    """The text without invisible characters, such as variant selectors, which may show as a box."""
    letters = (letter if letter.isprintable() else " " for letter in text)
    return "".join(letter for letter in letters if letter not in VARIANTS)
