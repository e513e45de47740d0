"""Which forms may be opened, and what a person's client lets through.

https://docs.discord.com/developers/components/reference"""

from typing import Any

from bot.playground.guild.errors import Path, Problems
from bot.playground.guild.rules.components import (
    SELECTS,
    check_options,
    check_select,
    check_text,
    check_totals,
)

ROW, INPUT, TEXT, LABEL, UPLOAD, RADIO, BOXES, BOX = 1, 4, 10, 18, 19, 21, 22, 23
INSIDE = SELECTS | {INPUT, UPLOAD, RADIO, BOXES, BOX}


def check_modal(data: dict[str, Any]) -> None:
    """Raises `Refused` with 50035 for a form that Discord would not open."""
    problems = Problems()
    problems.length(("custom_id",), data.get("custom_id"), 1, 100)
    problems.length(("title",), data.get("title"), 1, 45)
    problems.length(("components",), data.get("components"), 1, 5)
    for index, one in enumerate(data.get("components") or []):
        _top(one, ("components", index), problems)
    if not problems.tree:
        check_totals(data["components"], ("components",), problems)
    problems.refuse()


def _top(one: dict[str, Any], path: Path, problems: Problems) -> None:
    match one.get("type"):
        case 1:
            problems.length((*path, "components"), one.get("components"), 1, 1)
            for each in one.get("components") or []:
                _inside(each, {INPUT}, (*path, "components", 0), problems)
                problems.length((*path, "components", 0, "label"), each.get("label"), 1, 45)
        case 18:
            problems.length((*path, "label"), one.get("label"), 1, 45)
            if one.get("description") is not None:
                problems.length((*path, "description"), one["description"], 0, 100)
            _inside(one.get("component") or {}, INSIDE, (*path, "component"), problems)
        case 10:
            check_text(one, path, problems)
        case _:
            message = 'Value of field "type" must be one of (1, 10, 18).'
            problems.add((*path, "type"), "UNION_TYPE_CHOICES", message)


def _inside(one: dict[str, Any], allowed: set[int], path: Path, problems: Problems) -> None:
    kind = one.get("type")
    if kind not in allowed:
        message = "This component cannot stand here."
        problems.add((*path, "type"), "UNION_TYPE_CHOICES", message)
    elif kind in SELECTS:
        _select(one, path, problems)
    else:
        problems.length((*path, "custom_id"), one.get("custom_id"), 1, 100)
        if kind == INPUT:
            _input(one, path, problems)
        elif kind == UPLOAD:
            _bounds(one, 10, path, problems)
        elif kind in (RADIO, BOXES):
            check_options(one, path, problems, 2 if kind == RADIO else 1, 10)


def _select(one: dict[str, Any], path: Path, problems: Problems) -> None:
    check_select(one, path, problems)
    if one.get("disabled"):
        problems.add((*path, "disabled"), "MODAL_COMPONENT_DISABLED", "Not in a modal.")
    if one.get("required", True) and one.get("min_values") == 0:
        message = "Must be at least 1 where the select is required."
        problems.add((*path, "min_values"), "NUMBER_TYPE_MIN", message)


def _input(one: dict[str, Any], path: Path, problems: Problems) -> None:
    if one.get("style") not in (1, 2):
        problems.add((*path, "style"), "BASE_TYPE_CHOICES", "Value must be one of (1, 2).")
    least, most = one.get("min_length") or 0, one.get("max_length") or 4000
    if not 0 <= least <= most <= 4000:
        problems.add((*path, "max_length"), "NUMBER_TYPE_MAX", "Must be 4000 or less.")
    if one.get("value"):
        problems.length((*path, "value"), one["value"], least, most)
    if one.get("placeholder") is not None:
        problems.length((*path, "placeholder"), one["placeholder"], 0, 100)


def _bounds(one: dict[str, Any], limit: int, path: Path, problems: Problems) -> None:
    least, most = one.get("min_values", 1), one.get("max_values", 1)
    if not 0 <= least <= most <= limit or most < 1:
        problems.add((*path, "max_values"), "NUMBER_TYPE_MAX", f"Must be {limit} or less.")
