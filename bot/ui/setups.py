"""Setups as people choose or attach them: three presets, and a file for `/settings`."""

from collections.abc import Mapping, Sequence
from typing import Any

import discord
import msgspec
from msgspec import Struct

from bot.errors import Refusal
from bot.ui import panel
from bot.ui.panel import Kind
from bot.ui.permissions import check_may_call, check_may_post
from bot.video.doors.setups import LimitLine, Setup
from bot.video.values.limits import Measure, Subject, Window
from bot.video.values.prices import CREDIT

FILE = "file"  # the name of a setup from a file
VERSION = 1
MOST_ENTRIES = 500  # settings and limits in a file
PASSING = ("paused", "paused_channels")  # not part of a setup


def _of_all(measure: Measure, amount: int) -> LimitLine:
    window = Window.NOW if measure is Measure.AT_ONCE else Window.DAY
    return LimitLine(measure=measure, window=window, amount=amount)


PRESETS: Mapping[str, Setup] = {
    "club": Setup(
        settings={"budget": 2000},
        limits=(_of_all(Measure.FILMS, 5), _of_all(Measure.AT_ONCE, 2)),
    ),
    "public": Setup(
        settings={
            "budget": 5000,
            "ceiling.duration": 10,
            "ceiling.quality": "720p",
            "approval.new_days": 7,
            "approval.above": 60,
        },
        limits=(
            _of_all(Measure.FILMS, 2),
            _of_all(Measure.CREDITS, 80 * CREDIT),
            _of_all(Measure.AT_ONCE, 1),
        ),
    ),
    "careful": Setup(
        settings={"budget": 2000, "approval.above": 0},
        limits=(_of_all(Measure.FILMS, 3), _of_all(Measure.AT_ONCE, 1)),
    ),
}


class SetupFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file, as JSON."""

    version: int
    settings: dict[str, Any] = {}
    limits: list[LimitLine] = []


class Refused(Struct, frozen=True, kw_only=True):
    """An entry of a file that does not fit this server, and why."""

    name: str
    refusal: Refusal


def paths() -> list[str]:
    """The settings of a setup, except those of single channels."""
    every = [each.path for offered in panel.pages().values() for each in offered]
    return [path for path in every if path not in PASSING]


def written(setup: Setup) -> bytes:
    """A setup as a file that `/settings` takes."""
    found = SetupFile(version=VERSION, settings=dict(setup.settings), limits=list(setup.limits))
    return msgspec.json.format(msgspec.json.encode(found), indent=2)


def read_setup(text: str) -> Setup:
    """A file's setup, unchecked. Raises `Refusal` for anything else."""
    try:
        found = msgspec.json.decode(text, type=SetupFile)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Refusal("setup_unreadable", why=str(error)[:200]) from None
    if found.version != VERSION:
        raise Refusal("setup_unreadable", why=f"version {found.version}")
    if len(found.settings) + len(found.limits) > MOST_ENTRIES:
        raise Refusal("setup_too_long", limit=MOST_ENTRIES)
    return Setup(settings=found.settings, limits=tuple(found.limits))


def fitting(interaction: discord.Interaction[Any], setup: Setup) -> tuple[Setup, Sequence[Refused]]:
    """What of a setup is possible in this server, and what is refused."""
    settings: dict[str, Any] = {}
    limits: list[LimitLine] = []
    refused: list[Refused] = []
    mods = setup.settings.get("moderators_channel")
    for path, value in setup.settings.items():
        try:
            settings[path] = _checked(interaction, path, value, mods)
        except Refusal as refusal:
            refused.append(Refused(name=path, refusal=refusal))
    for line in setup.limits:
        try:
            _check_limit(interaction, line)
            limits.append(line)
        except Refusal as refusal:
            refused.append(Refused(name=f"{line.measure} {line.subject}", refusal=refusal))
    unique = {each.key: each for each in limits}
    return Setup(settings=settings, limits=tuple(unique.values())), refused


def _checked(interaction: discord.Interaction[Any], path: str, value: object, mods: object) -> Any:
    """The value as stored."""
    if path in PASSING or value is None:
        raise Refusal("unknown_choice", option="settings")
    setting = panel.find(path)
    if setting.channel_id is not None:
        _check_here(interaction, Kind.CHANNELS, [setting.channel_id])
    given = value if isinstance(value, list) else [value]
    found = panel.read(setting, [str(each) for each in given])
    ids = found if isinstance(found, list) else [found]
    _check_here(interaction, setting.kind, ids)
    if setting.kind is Kind.CHANNEL:
        check_may_post(interaction, found)
    if setting.kind is Kind.ROLE:
        check_may_call(interaction, found, mods if isinstance(mods, int) else None)
    return found


def _check_here(interaction: discord.Interaction[Any], kind: Kind, ids: Sequence[Any]) -> None:
    """Raises `Refusal` for channels and roles of another server."""
    guild = interaction.guild
    if guild is None:
        raise Refusal("unknown_channel")
    if kind in (Kind.CHANNEL, Kind.CHANNELS):
        if not all(guild.get_channel_or_thread(each) for each in ids):
            raise Refusal("unknown_channel")
    elif kind in (Kind.ROLE, Kind.ROLES) and not all(guild.get_role(each) for each in ids):
        raise Refusal("unknown_role")


def _check_limit(interaction: discord.Interaction[Any], line: LimitLine) -> None:
    if (line.measure is Measure.AT_ONCE) is not (line.window is Window.NOW):
        raise Refusal("unknown_choice", option="window")
    if (line.subject is Subject.EVERYONE) is not (line.subject_id == 0):
        raise Refusal("unknown_choice", option="who")
    if line.subject is Subject.ROLE:
        _check_here(interaction, Kind.ROLES, [line.subject_id])
    if not 0 <= line.subject_id < 2**63:
        raise Refusal("unknown_choice", option="who")
