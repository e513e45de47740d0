"""Letters of any script, each in the first of this machine's fonts that has it.

Pillow uses one font per text and draws a box for each letter the font lacks."""

from functools import cache
from itertools import groupby

from PIL import Image, ImageDraw, ImageFont

Font = ImageFont.FreeTypeFont

USUAL = ("DejaVuSans.ttf", "NotoSans-Regular.ttf", "Arial Unicode.ttf", "arial.ttf")
# Fonts that common systems have for Chinese, Japanese, Korean and emoji. A number is the one size
# that a bitmap font has.
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
"""The size used to find out which letters a font has."""
NOWHERE = "\U0010ffff"
"""Not a letter in any font, so each font draws its box for it."""
WHITE = (255, 255, 255, 245)


class Letters:
    """All fonts in one size."""

    def __init__(self, size: int) -> None:
        self.size = size

    def width(self, text: str) -> float:
        return sum(_length(font, run) * self._scale(font) for font, run in self._runs(text))

    def write(self, image: Image.Image, middle: float, top: float, text: str) -> None:
        """Write one white line of `text`, centred at `middle`, below `top`."""
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
    """A font that covers many scripts, or the one that comes with Pillow."""
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
    """The other fonts on this machine, looked up once: the search reads every font folder."""
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
    """The name of the font that has the letter; "" is the usual font, also if none has it."""
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
