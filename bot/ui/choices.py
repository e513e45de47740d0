"""The choices of commands' options, from the table of models."""

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from discord.app_commands import Choice, Namespace

from bot.ui.texts import localised
from bot.video.values.catalogue import CHOICES, MODELS
from bot.video.values.options import Options
from bot.video.values.presets import Preset, name_key
from bot.video.values.videos import MOST_TAKES

F = TypeVar("F", bound=Callable[..., Any])
MODEL = "model"
MOST = 25  # suggestions; https://docs.discord.com/developers/interactions/receiving-and-responding


def choices(option: str, values: Iterable[str]) -> list[Choice[str]]:
    """The API's own values with people's words as labels."""
    return [
        Choice(name=localised(f"choice.{option}.{value}"), value=str(value)) for value in values
    ]


def model_choices() -> Mapping[str, list[Choice[str]]]:
    """The choices for the option `model`, if there is more than one model."""
    return {MODEL: choices(MODEL, MODELS)} if len(MODELS) > 1 else {}


def described(command: str, *options: str) -> Mapping[str, Any]:
    """The descriptions of a command's options; without `model` if there is only one."""
    return {
        each: localised(f"option.{command}.{each}")
        for each in options
        if each != MODEL or len(MODELS) > 1
    }


def offers_model(callback: F) -> F:
    """Remove the option `model` from a command's function if there is only one model."""
    if len(MODELS) == 1:
        signature = inspect.signature(callback)
        kept = [each for name, each in signature.parameters.items() if name != MODEL]
        callback.__signature__ = signature.replace(parameters=kept)  # type: ignore[attr-defined]
    return callback


def filled_in(filled: Namespace) -> Options:
    """The options so far; while somebody types, one may be missing or invalid."""
    found = {name: getattr(filled, name) for name in CHOICES}
    chosen: dict[str, Any] = {
        name: CHOICES[name](each) for name, each in found.items() if each in list(CHOICES[name])
    }
    takes = filled.takes if filled.takes in range(1, MOST_TAKES + 1) else None
    return Options(**chosen, model=filled.model if filled.model in MODELS else None, takes=takes)


def suggested(found: Sequence[Preset], typed: str) -> list[Choice[str]]:
    """Presets as choices; of two with one name, the person's own."""
    fitting = {each.key: each for each in reversed(found) if name_key(typed) in each.key}
    return [Choice(name=each.name, value=each.name) for each in reversed(fitting.values())][:MOST]
