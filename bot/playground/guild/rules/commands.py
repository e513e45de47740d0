"""Which commands may be registered.

https://docs.discord.com/developers/interactions/application-commands"""

import re
import unicodedata
from typing import Any

from bot.playground.guild.errors import Path, Problems
from bot.playground.guild.rules.kinds import Each, check_kind, without_nulls
from bot.playground.guild.rules.options import (
    GROUP,
    INTEGER,
    NUMBER,
    STRING,
    SUBCOMMAND,
    check_choice,
    is_whole,
)

MARKED = re.compile("[\u0900-\u097f\ua8e0-\ua8ff\u0e00-\u0e7f]")  # Devanagari and Thai
CHAT = 1
MOST = {1: 100, 2: 15, 3: 15}
MOST_TEXT = 8000


CHOICE = {"name": str, "name_localizations": Each(str)}
OPTION: dict[str, Any] = {
    "type": frozenset(range(1, 12)),
    "name": str,
    "description": str,
    "name_localizations": Each(str),
    "description_localizations": Each(str),
    "required": bool,
    "autocomplete": bool,
    "choices": [CHOICE],
    "channel_types": [frozenset({0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15, 16})],
    "min_value": float,
    "max_value": float,
    "min_length": int,
    "max_length": int,
}
OPTION["options"] = [OPTION]  # subcommands have options too
COMMAND = {
    "type": frozenset({1, 2, 3, 4}),
    "name": str,
    "description": str,
    "name_localizations": Each(str),
    "description_localizations": Each(str),
    "options": [OPTION],
    "dm_permission": bool,
    "nsfw": bool,
    "contexts": [frozenset({0, 1, 2})],
    "integration_types": [frozenset({0, 1})],
    "handler": frozenset({1, 2}),
}


def read_commands(body: Any) -> list[dict[str, Any]]:
    """The commands of a bulk write, nulls removed. Raises `Refused` with 50035 and a tree."""
    problems = Problems()
    if body is None:
        problems.add((), "BASE_TYPE_REQUIRED", "This field is required")
    check_kind([COMMAND], body, (), problems)
    problems.refuse()
    for index, one in enumerate(body):
        _permissions(one, (index,), problems)
    problems.refuse()
    commands: list[dict[str, Any]] = without_nulls(body)
    check_commands(commands)
    return commands


def read_command(body: dict[str, Any]) -> dict[str, Any]:
    """One command, nulls removed. Raises `Refused` with 50035 and a tree."""
    problems = Problems()
    check_kind(COMMAND, body, (), problems)
    _permissions(body, (), problems)
    problems.refuse()
    command: dict[str, Any] = without_nulls(body)
    _command(command, (), problems)
    problems.refuse()
    return command


def is_name(name: object) -> bool:
    """Lower-case letters and digits of any script, and the marks of Devanagari and Thai."""
    if not isinstance(name, str) or not 1 <= len(name) <= 32 or name != name.lower():
        return False
    return all(_named_with(one) for one in name)


def _named_with(one: str) -> bool:
    kind = unicodedata.category(one)[0]
    return one in "-_'" or kind in "LN" or (kind == "M" and bool(MARKED.match(one)))


def _permissions(body: dict[str, Any], path: Path, problems: Problems) -> None:
    bits = body.get("default_member_permissions")
    is_number = isinstance(bits, int) and not isinstance(bits, bool) and 0 <= bits < 1 << 63
    is_text = isinstance(bits, str) and re.fullmatch("[0-9]{1,19}", bits)
    if bits is not None and not is_number and not is_text:
        here = (*path, "default_member_permissions")
        problems.add(here, "PERMISSIONS_TYPE_CONVERT", "Could not interpret this as permissions.")


def check_commands(bodies: list[dict[str, Any]]) -> None:
    """Raises `Refused` with 50035 for commands that Discord would not register."""
    problems = Problems()
    for index, body in enumerate(bodies):
        _command(body, (index,), problems)
    for kind, most in MOST.items():
        same = [body.get("name") for body in bodies if body.get("type", CHAT) == kind]
        if len(same) > most:
            problems.add((), "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
        if len(set(same)) < len(same):
            message = "Application command names must be unique"
            problems.add((), "APPLICATION_COMMANDS_DUPLICATE_NAME", message)
    problems.refuse()


def _command(body: dict[str, Any], path: Path, problems: Problems) -> None:
    if body.get("type", CHAT) != CHAT:
        problems.length((*path, "name"), body.get("name"), 1, 32)
        for locale, text in (body.get("name_localizations") or {}).items():
            problems.length((*path, "name_localizations", locale), text, 1, 32)
        if body.get("options"):
            message = "Context menu commands cannot have options"
            problems.add(path, "APPLICATION_COMMAND_CONTEXT_MENU_OPTIONS", message)
        return
    _named(body, path, problems)
    _options(body.get("options") or [], (*path, "options"), problems)
    if _text(body) > MOST_TEXT:
        message = f"Command exceeds maximum size ({MOST_TEXT})"
        problems.add(path, "APPLICATION_COMMAND_TOO_LARGE", message)


def _named(body: dict[str, Any], path: Path, problems: Problems) -> None:
    told: dict[Path, Any] = {("name",): body.get("name")}
    for locale, text in (body.get("name_localizations") or {}).items():
        told["name_localizations", locale] = text
    for field, name in told.items():
        if not is_name(name):
            message = "Command name is invalid"
            problems.add((*path, *field), "APPLICATION_COMMAND_INVALID_NAME", message)
    problems.length((*path, "description"), body.get("description"), 1, 100)
    for locale, text in (body.get("description_localizations") or {}).items():
        problems.length((*path, "description_localizations", locale), text, 1, 100)


def _options(options: list[dict[str, Any]], path: Path, problems: Problems) -> None:
    problems.length(path, options, 0, 25)
    optional = False
    for index, option in enumerate(options):
        here = (*path, index)
        _named(option, here, problems)
        _option(option, here, problems)
        if option.get("required") and optional:
            message = "Required options must be placed before non-required options"
            code = "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID"
            problems.add(here, code, message)
        optional = optional or not option.get("required")
    if len({option.get("name") for option in options}) < len(options):
        message = "Option name already used"
        problems.add(path, "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", message)


def _option(option: dict[str, Any], path: Path, problems: Problems) -> None:
    if "type" not in option:
        problems.add((*path, "type"), "BASE_TYPE_REQUIRED", "This field is required")
    if option.get("type") in (SUBCOMMAND, GROUP):
        _options(option.get("options") or [], (*path, "options"), problems)
        return
    choices = option.get("choices") or []
    problems.length((*path, "choices"), choices, 0, 25)
    if option.get("type") in (STRING, INTEGER, NUMBER):
        for index, choice in enumerate(choices):
            check_choice(choice, option["type"], (*path, "choices", index), problems)
    for bound in ("min_value", "max_value"):
        if option.get("type") == INTEGER and not is_whole(option.get(bound, 0)):
            problems.add((*path, bound), "NUMBER_TYPE_COERCE", "Value is no whole number.")
    if choices and option.get("autocomplete"):
        message = "Choices and autocomplete exclude each other."
        problems.add(path, "APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE", message)
    if not 0 <= option.get("max_length", 1) <= 6000:
        problems.add((*path, "max_length"), "NUMBER_TYPE_MAX", "Must be 6000 or less.")
    if option.get("min_value", 0) > option.get("max_value", float("inf")):
        problems.add((*path, "min_value"), "NUMBER_TYPE_MAX", "min_value is above max_value.")


def _text(body: dict[str, Any]) -> int:
    texts = [body.get("name") or "", body.get("description") or ""]
    texts += [
        str(choice.get("value")) + choice.get("name", "") for choice in body.get("choices") or []
    ]
    return sum(len(text) for text in texts) + sum(_text(each) for each in body.get("options") or [])
