"""Letters of any script, each in the first font of this machine that has it.

Pillow writes a text in one font, and draws a box for every letter which that font lacks."""

from functools import cache
from itertools import groupby

from PIL import Image, ImageDraw, ImageFont

Font = ImageFont.FreeTypeFont

USUAL = ("DejaVuSans.ttf", "NotoSans-Regular.ttf", "Arial Unicode.ttf", "arial.ttf")
# What common systems have for Chinese, Japanese, Korean and emoji. A number is the only size that
# a font of pictures has.
OTHERS: dict[str, int | None] = {
    "NotoSansCJK-Regular.ttc": None,
    "NotoSansCJKsc-Regular.otf": None,
    "NotoSansCJKtc-Regular.otf": None,
    "NotoSansCJKjp-Regular.otf": None,
    "NotoSansCJKkr-Regular.otf": None,
    "SourceHanSans-Regular.ttc": None,
    "wqy-microhei.ttc": None,
    "DroidSansFallbackFull.ttf": None,
    "PingFang.ttc": None,
    "Hiragino Sans GB.ttc": None,
    "AppleSDGothicNeo.ttc": None,
    "msyh.ttc": None,
    "YuGothR.ttc": None,
    "malgun.ttf": None,
    "NotoColorEmoji.ttf": 109,
    "Apple Color Emoji.ttc": 160,
    "seguiemj.ttf": None,
    "NotoEmoji-Regular.ttf": None,
    "NotoEmoji-VariableFont_wght.ttf": None,
    "Symbola.ttf": None,
}
PROBE = 20
"""The size in which fonts are asked what they have."""
NOWHERE = "\U0010ffff"
"""Never a letter, so every font draws its box for it."""
WHITE = (255, 255, 255, 245)


class Letters:
    """All fonts in one size."""

    def __init__(self, size: int) -> None:
        self.size = size

    def width(self, text: str) -> float:
        return sum(_length(font, run) * self._scale(font) for font, run in self._runs(text))

    def write(self, image: Image.Image, middle: float, top: float, text: str) -> None:
        """One white line of `text`, its middle and top being there."""
        draw = ImageDraw.Draw(image)
        x = middle - self.width(text) / 2
        baseline = top + usual(self.size).getmetrics()[0]
        for font, run in self._runs(text):
            scale = self._scale(font)
            if scale == 1:
                draw.text((x, baseline), run, WHITE, font, anchor="ls", embedded_color=True)
            else:
                _paste(image, (x, baseline), run, font, scale)
            x += _length(font, run) * scale

    def _runs(self, text: str) -> list[tuple[Font, str]]:
        return [(_sized(name, self.size), "".join(run)) for name, run in groupby(text, _home)]

    def _scale(self, font: Font) -> float:
        return self.size / font.size


@cache
def usual(size: int) -> Font:
    """A font that knows many scripts, or the one that Pillow brings."""
    for name in USUAL:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    font = ImageFont.load_default(size=size)
    if not isinstance(font, Font):
        raise RuntimeError("Pillow was built without FreeType")
    return font


@cache
def _others() -> dict[str, Font]:
    """Those that are here; they are looked for once, for that reads all folders of fonts."""
    found = {}
    for name, size in OTHERS.items():
        try:
            found[name] = ImageFont.truetype(name, size or PROBE)
        except OSError:
            continue
    return found


@cache
def _sized(name: str, size: int) -> Font:
    if not name:
        return usual(size)
    font = _others()[name]
    return font if OTHERS[name] else font.font_variant(size=size)


@cache
def _home(letter: str) -> str:
    """The font that has the letter by its name; "" is the usual one, also where none has it."""
    if letter.isspace() or _has(usual(PROBE), letter):
        return ""
    return next((name for name, font in _others().items() if _has(font, letter)), "")


@cache
def _length(font: Font, run: str) -> float:
    return font.getlength(run)


def _has(font: Font, letter: str) -> bool:
    return bytes(font.getmask(letter)) != bytes(font.getmask(NOWHERE))


def _paste(image: Image.Image, at: tuple[float, float], run: str, font: Font, scale: float) -> None:
    left, top, right, bottom = map(round, font.getbbox(run, anchor="ls"))
    picture = Image.new("RGBA", (right - left, bottom - top))
    draw = ImageDraw.Draw(picture)
    draw.text((-left, -top), run, WHITE, font, anchor="ls", embedded_color=True)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    picture = picture.resize(size)
    image.paste(picture, (round(at[0] + left * scale), round(at[1] + top * scale)), picture)
