"""What a person's client offers and allows when a command is used."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.playground.guild.errors import Path, Problems

SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, ANY, NUMBER, FILE = range(1, 12)
TYPES: dict[int, type | tuple[type, ...]] = {
    STRING: str,
    INTEGER: int,
    BOOLEAN: bool,
    NUMBER: (int, float),
}
Spec = Mapping[str, Any]


class NotPossible(Exception):
    """A person's client does not allow this."""


@dataclass(kw_only=True)
class Filled:
    """A command's options as the interaction carries them.

    `options` are the innermost ones, `steps` the subcommand names that lead there.
    """

    command: Spec
    steps: tuple[str, ...] = ()
    specs: tuple[Spec, ...] = ()
    options: list[dict[str, Any]] = field(default_factory=list)

    def data(self) -> dict[str, Any]:
        """The interaction's `data`, with each subcommand wrapped around its options."""
        inner = self.options
        for depth, step in reversed(list(enumerate(self.steps))):
            last = depth == len(self.steps) - 1
            inner = [{"name": step, "type": SUBCOMMAND if last else GROUP, "options": inner}]
        command = self.command
        return {
            "id": command["id"],
            "name": command["name"],
            "type": command["type"],
            "options": inner,
            **({"guild_id": command["guild_id"]} if "guild_id" in command else {}),
        }


def found(commands: Iterable[Spec], name: str) -> Filled:
    """The slash command with this name, such as `videos list`. Raises `NotPossible`."""
    first, *steps = name.split()
    command = next((one for one in commands if one["name"] == first and one["type"] == 1), None)
    if command is None:
        raise NotPossible(f"no command /{first} is offered here")
    specs = command.get("options") or []
    for step in steps:
        deeper = next((one for one in specs if one["name"] == step and one["type"] <= GROUP), None)
        if deeper is None:
            raise NotPossible(f"/{first} has no {step!r}")
        specs = deeper.get("options") or []
    if any(one["type"] <= GROUP for one in specs):
        raise NotPossible(f"/{name} needs a subcommand")
    return Filled(command=command, steps=tuple(steps), specs=tuple(specs))


def fill(filled: Filled, values: Mapping[str, Any], *, forced: bool) -> None:
    """Put values into a command. Like a client, raises `NotPossible`, unless forced."""
    known = {spec["name"]: spec for spec in filled.specs}
    if not forced:
        _complete(known, values)
        for name, value in values.items():
            _check(known[name], value)
    for name, value in values.items():
        kind = known[name]["type"] if name in known else _kind(value)
        filled.options.append({"name": name, "type": kind, "value": value})


def fill_partly(filled: Filled, values: Mapping[str, Any], focused: str) -> None:
    """What a client sends while a person types: unchecked, with the cursor in one option."""
    known = {spec["name"]: spec for spec in filled.specs}
    if not known.get(focused, {}).get("autocomplete"):
        raise NotPossible(f"{focused!r} has no autocompletion")
    for name, value in {focused: "", **values}.items():
        if name not in known:
            raise NotPossible(f"there is no option {name!r}")
        one = {"name": name, "type": known[name]["type"], "value": value}
        filled.options.append(
            {**one, "value": str(value), "focused": True} if name == focused else one
        )


def focused_type(options: Iterable[Spec]) -> int:
    """The type of the option with the cursor, in any subcommand."""
    for one in options:
        if one.get("focused"):
            return int(one["type"])
        if kind := focused_type(one.get("options") or ()):
            return kind
    return 0


def check_choice(choice: Any, kind: int, path: Path, problems: Problems) -> None:
    """Check that a choice or suggestion has a value of the option's type.

    https://docs.discord.com/developers/interactions/application-commands
    """
    if not isinstance(choice, dict):
        problems.add(path, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a MODEL_TYPE")
        return
    problems.length((*path, "name"), choice.get("name"), 1, 100)
    value = choice.get("value")
    if kind == STRING:
        text = value if isinstance(value, str) else None
        problems.length((*path, "value"), text, 1, 100)
    elif not (is_whole(value) if kind == INTEGER else _is_number(value)):
        problems.add((*path, "value"), "NUMBER_TYPE_COERCE", f"Value {value!r} is no such number.")


def is_whole(value: Any) -> bool:
    """A whole number that a JavaScript client keeps exactly."""
    return _is_number(value) and abs(value) < 1 << 53 and value == int(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _complete(known: Mapping[str, Spec], values: Mapping[str, Any]) -> None:
    for name in values:
        if name not in known:
            raise NotPossible(f"there is no option {name!r}")
    for name, spec in known.items():
        if spec.get("required") and name not in values:
            raise NotPossible(f"the option {name!r} is required")


def _check(spec: Spec, value: Any) -> None:
    name, kind = spec["name"], spec["type"]
    wrong = isinstance(value, bool) and kind != BOOLEAN
    if kind in TYPES and (wrong or not isinstance(value, TYPES[kind])):
        raise NotPossible(f"{name!r} does not take {value!r}")
    choices = [choice["value"] for choice in spec.get("choices") or ()]
    if choices and value not in choices:
        raise NotPossible(f"{value!r} is no choice of {name!r}")
    if kind == STRING:
        _within(name, len(value), spec.get("min_length", 0), spec.get("max_length", 6000))
    elif kind in (INTEGER, NUMBER):
        _within(name, value, spec.get("min_value", -math.inf), spec.get("max_value", math.inf))


def _within(name: str, size: float, least: float, most: float) -> None:
    if not least <= size <= most:
        raise NotPossible(f"{name!r} has to be between {least} and {most}, not {size}")


def _kind(value: Any) -> int:
    if isinstance(value, bool):
        return BOOLEAN
    return {int: INTEGER, float: NUMBER}.get(type(value), STRING)
