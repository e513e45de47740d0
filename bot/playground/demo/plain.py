"""Turns Discord's markdown into plain lines, for people who watch the demo in a terminal."""

import re
from datetime import UTC, datetime
from re import Match

from bot.playground.guild import World

_MARKS = (
    (re.compile(r"^(?:#{1,3}|-#|>>>|>) +", re.MULTILINE), ""),
    (re.compile(r"\[((?:\\.|[^\]\\])+)\]\((https?://[^)\s]+)\)"), r"\1 (\2)"),
    (re.compile(r"<(https?://[^>\s]+)>"), r"\1"),
    (re.compile(r"(?<!\\)(?:\*\*|__|~~|\|\||[*`]|(?<!\w)_|_(?!\w))"), ""),
    (re.compile(r"\\([^\w\s])"), r"\1"),
)
_MENTION = re.compile(r"<([@#])[!&]?(\d+)>")
_TIME = re.compile(r"<t:(\d+)(?::(\w))?>")


def plain_text(markdown: str, world: World, now: datetime) -> list[str]:
    """The lines without markup or blank lines; times are relative to `now`."""
    text = _MENTION.sub(lambda match: _named(match, world), markdown)
    text = _TIME.sub(lambda match: _told(match, now), text)
    for pattern, plain in _MARKS:
        text = pattern.sub(plain, text)
    return [line.strip() for line in text.splitlines() if line.strip()]


def _named(match: Match[str], world: World) -> str:
    sign, number = match[1], int(match[2])
    if sign == "@" and number in world.users:
        return f"@{world.users[number].name}"
    if sign == "#" and number in world.channels:
        return f"#{world.channels[number].name}"
    return match[0]


def _told(match: Match[str], now: datetime) -> str:
    moment = datetime.fromtimestamp(int(match[1]), UTC)
    if match[2] != "R":
        return moment.astimezone().strftime("%Y-%m-%d %H:%M")
    seconds = round((moment - now).total_seconds())
    return f"in {seconds} s" if seconds >= 0 else f"{-seconds} s ago"
