"""The choices of commands, as the table of models offers them."""

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from discord.app_commands import Choice

from bot.ui.texts import localised
from bot.video.values.catalogue import MODELS

F = TypeVar("F", bound=Callable[..., Any])
MODEL = "model"


def choices(option: str, values: Iterable[str]) -> list[Choice[str]]:
    """The API's own values, labelled in people's words."""
    return [
        Choice(name=localised(f"choice.{option}.{value}"), value=str(value)) for value in values
    ]


def model_choices() -> Mapping[str, list[Choice[str]]]:
    """The choices of the option `model`, where there are any."""
    return {MODEL: choices(MODEL, MODELS)} if len(MODELS) > 1 else {}


def described(command: str, *options: str) -> Mapping[str, Any]:
    """The descriptions of a command's options, without `model` where there is no choice."""
    return {
        each: localised(f"option.{command}.{each}")
        for each in options
        if each != MODEL or len(MODELS) > 1
    }


def offers_model(callback: F) -> F:
    """A command's function, whose option `model` is offered only where there is a choice."""
    if len(MODELS) == 1:
        signature = inspect.signature(callback)
        kept = [each for name, each in signature.parameters.items() if name != MODEL]
        callback.__signature__ = signature.replace(parameters=kept)  # type: ignore[attr-defined]
    return callback
