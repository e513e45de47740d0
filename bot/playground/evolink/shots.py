"""The multi-shot part of `model_params`: who cuts, what each shot shows, and for how long."""

import re
from dataclasses import dataclass

from bot.playground.evolink.values import Fields, refuse


@dataclass(frozen=True, kw_only=True)
class Shot:
    """One shot that the caller cut; `seconds` is at least 1."""

    prompt: str
    seconds: int


@dataclass(frozen=True, kw_only=True)
class Shooting:
    """`shots` are the caller's own (customize); with `cuts_itself` the model cuts."""

    shots: tuple[Shot, ...] = ()
    cuts_itself: bool = False


def read_shots(params: Fields, duration: int, *, most: int, longest: int) -> Shooting:
    """Read `multi_shot`, `shot_type` and `multi_prompt` for a video of `duration` seconds.

    Allows `most` shots of `longest` characters each. Raises `Refused`. Without `multi_shot`,
    ignores the other two.
    """
    if not params.boolean("multi_shot", default=False):
        return Shooting()
    if not params.has("shot_type"):
        raise refuse("shot_type is required with multi_shot", params.named("shot_type"))
    kind = params.choice("shot_type", ("customize", "intelligence"), default="")
    if kind == "intelligence":
        return Shooting(cuts_itself=True)
    items = params.items("multi_prompt", fewest=1, most=most)
    return Shooting(shots=_customized(params, items, duration, longest))


def _customized(
    params: Fields, items: list[Fields], duration: int, longest: int
) -> tuple[Shot, ...]:
    shots = tuple(
        _shot(item, place, duration, longest) for place, item in enumerate(items, start=1)
    )
    if sum(shot.seconds for shot in shots) != duration:
        problem = f"the durations in multi_prompt must add up to {duration} seconds"
        raise refuse(problem, params.named("multi_prompt"))
    return shots


def _shot(item: Fields, place: int, duration: int, longest: int) -> Shot:
    index = item.values.get("index")
    if isinstance(index, bool) or index != place or not isinstance(index, int):
        raise refuse(f"{item.named('index')} must be {place}", item.named("index"))
    prompt = item.text("prompt", longest=longest) or ""
    if not prompt.strip():
        raise refuse(f"{item.named('prompt')} is required", item.named("prompt"))
    return Shot(prompt=prompt, seconds=_seconds(item, duration))


def _seconds(item: Fields, longest: int) -> int:
    value = item.text("duration") or ""
    if not re.fullmatch(r"[1-9][0-9]?", value) or int(value) > longest:
        problem = f"{item.named('duration')} must be whole seconds as a string, 1 to {longest}"
        raise refuse(problem, item.named("duration"))
    return int(value)
