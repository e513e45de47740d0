"""What a person's client sends from a form, and what it refuses to send."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.playground.guild.messages import walk
from bot.playground.guild.rules.components import SELECTS
from bot.playground.guild.rules.modals import BOX, BOXES, INPUT, LABEL, RADIO, TEXT, UPLOAD
from bot.playground.guild.rules.options import NotPossible

Tree = dict[str, Any]


def filled(components: Sequence[Tree], values: Mapping[str, Any], *, forced: bool) -> list[Tree]:
    """The submitted form; fields that are left out keep their initial values.

    Raises `NotPossible` for unknown fields, and for values the client would not send.
    """
    names = {one["custom_id"] for one in walk(components) if "custom_id" in one}
    unknown = set(values) - names
    if unknown:
        raise NotPossible(f"the form has no field {sorted(unknown)}")
    return [_top(one, values, forced) for one in components]


def _top(one: Tree, values: Mapping[str, Any], forced: bool) -> Tree:
    shape = {"type": one["type"], "id": one.get("id", 0)}
    if one["type"] == TEXT:
        return shape
    if one["type"] == LABEL:
        return {**shape, "component": _field(one["component"], values, forced)}
    return {**shape, "components": [_field(each, values, forced) for each in one["components"]]}


def _field(one: Tree, values: Mapping[str, Any], forced: bool) -> Tree:
    value = values.get(one["custom_id"], _opened_with(one))
    if not forced:
        _check(one, value)
    shape = {"type": one["type"], "id": one.get("id", 0), "custom_id": one["custom_id"]}
    return {**shape, ("value" if one["type"] in (INPUT, RADIO, BOX) else "values"): value}


def _opened_with(one: Tree) -> Any:
    chosen = [option["value"] for option in one.get("options") or () if option.get("default")]
    match one["type"]:
        case 4:
            return one.get("value") or ""
        case 23:
            return bool(one.get("default"))
        case 21:
            return chosen[0] if chosen else None
        case 3 | 22:
            return chosen
        case _:
            return [default["id"] for default in one.get("default_values") or ()]


def _check(one: Tree, value: Any) -> None:
    if one["type"] == INPUT:
        _check_text(one, value)
    elif one["type"] == RADIO:
        _check_chosen(one, [] if value is None else [value], 1)
    elif one["type"] in SELECTS | {BOXES, UPLOAD}:
        _check_chosen(one, value, one.get("max_values", 10 if one["type"] == BOXES else 1))


def _check_text(one: Tree, value: str) -> None:
    required = one.get("required", True)
    if not value and not required:
        return
    least = max(one.get("min_length") or 0, 1 if required else 0)
    most = one.get("max_length") or 4000
    if not least <= len(value) <= most:
        raise NotPossible(f"{one['custom_id']!r} takes {least} to {most} characters")


def _check_chosen(one: Tree, values: Sequence[Any], most: int) -> None:
    least = one.get("min_values", 1) if one.get("required", True) else 0
    if not least <= len(values) <= most:
        raise NotPossible(f"{one['custom_id']!r} takes {least} to {most} values")
    check_listed(one, values)


def check_listed(one: Tree, values: Sequence[Any]) -> None:
    """Raises `NotPossible` for a value that is not an option."""
    listed = {option["value"] for option in one.get("options") or ()}
    strange = set(values) - listed if listed else set()
    if strange:
        raise NotPossible(f"{sorted(strange)} is no option of {one['custom_id']!r}")
