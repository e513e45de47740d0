"""Figures: the measured value, its target, and beside it a bare bot's or database's."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

HEADINGS = ("What", "Target", "Measured", "Bare", "Ratio", "")


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One line of a table. `target` is the highest allowed value, `ratio_target` the ratio's."""

    what: str
    measured: float
    unit: str
    target: float | None = None
    bare: float | None = None
    ratio_target: float | None = None

    @property
    def ratio(self) -> float | None:
        """The value divided by the bare one's."""
        return self.measured / self.bare if self.bare else None

    @property
    def is_met(self) -> bool:
        """Whether it meets its targets; a figure without one always does."""
        if self.target is not None and self.measured > self.target:
            return False
        return self.ratio_target is None or self.ratio is None or self.ratio <= self.ratio_target


def table(figures: Iterable[Figure]) -> str:
    """The figures as a Markdown table, also readable in a terminal."""
    return aligned([HEADINGS, *map(_row, figures)])


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Rows as a Markdown table; the first is its head, all columns but the first are numbers."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    head, *body = (
        " | ".join(
            cell.rjust(width) if number else cell.ljust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )
    rule = "|".join(
        "-" * (width + 1) + ("-" if not number else ":") for number, width in enumerate(widths)
    )
    return "\n".join([f"| {head} |", f"|{rule}|", *(f"| {line} |" for line in body)])


def quantile(values: Sequence[float], share: float) -> float:
    """The value that a share (0 to 1) of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median(values: Sequence[float]) -> float:
    """The middle value."""
    return quantile(values, 0.5)


def _row(figure: Figure) -> tuple[str, ...]:
    met = "" if figure.target is figure.ratio_target is None else "yes" if figure.is_met else "NO"
    return (
        figure.what,
        _target(figure),
        f"{_number(figure.measured)} {figure.unit}",
        "" if figure.bare is None else f"{_number(figure.bare)} {figure.unit}",
        "" if figure.ratio is None else f"{figure.ratio:.2f}",
        met,
    )


def _target(figure: Figure) -> str:
    if figure.target is not None:
        return f"<= {_number(figure.target)} {figure.unit}"
    return "" if figure.ratio_target is None else f"<= {_number(figure.ratio_target)} times"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) or abs(value) >= 1000 else f"{value:,.3g}"
