"""Numbers, dollars and lists as a locale of Discord's writes them, after https://cldr.unicode.org.

Babel carries all of that, in 4 MiB that every bot would hold for these few signs; the tests compare
each style with it."""

from collections.abc import Sequence
from decimal import Decimal

from msgspec import Struct

from bot.ui.catalogues import language


class Style(Struct, frozen=True, kw_only=True):
    """How one locale writes."""

    has_comma: bool = False  # 1.234,5 rather than 1,234.5
    dollars: str
    two: str  # between the only two of a list
    last: str  # before the last of a longer one

    def signed(self, written: str) -> str:
        """A number written as 1,234.5, with this locale's signs."""
        return written.translate(_SWAPPED) if self.has_comma else written


_SWAPPED = str.maketrans(",.", ".,")
_STYLES = {
    "en": Style(dollars="${}", two=" and ", last=", and "),
    "en-GB": Style(dollars="US${}", two=" and ", last=" and "),
    "es": Style(has_comma=True, dollars="{}\N{NO-BREAK SPACE}US$", two=" y ", last=" y "),
    "es-419": Style(dollars="USD{}", two=" y ", last=" y "),
}


def number(value: float, locale: str) -> str:
    """A number, with three decimals at most."""
    if isinstance(value, int):
        return _style(locale).signed(f"{value:,}")
    return _style(locale).signed(f"{Decimal(str(value)):,.3f}".rstrip("0").rstrip("."))


def dollars(value: float, locale: str) -> str:
    """US dollars, to the cent."""
    style = _style(locale)
    return style.dollars.format(style.signed(f"{Decimal(str(value)):,.2f}"))


def listed(parts: Sequence[str], locale: str) -> str:
    """All parts in one sentence; nothing for none."""
    style = _style(locale)
    if len(parts) < 3:
        return style.two.join(parts)
    return ", ".join(parts[:-1]) + style.last + parts[-1]


def _style(locale: str) -> Style:
    return _STYLES.get(locale) or _STYLES[language(locale)]
