"""What an embed may contain, and how it appears in the message.

https://docs.discord.com/developers/resources/message#embed-object"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.playground.guild.errors import Path, Problems
from bot.playground.guild.rules.components import check_url
from bot.playground.guild.rules.kinds import check_kind

MOST, MOST_TEXT = 10, 6000
SCHEMES = {"url": ("http", "https"), "icon_url": ("http", "https", "attachment")}
MEDIA = {"url": str, "width": int, "height": int, "description": str}
Kinds = Mapping[str, Any]
NEEDED = {"footer": "text", "author": "name", "provider": "name"}  # nothing to show otherwise
FIELD: Kinds = {"name": str, "value": str, "inline": bool}
EMBED: Kinds = {
    "type": str,
    "url": str,
    "title": str,
    "description": str,
    "timestamp": str,
    "color": int,
    "footer": {"text": str, "icon_url": str},
    "author": {"name": str, "url": str, "icon_url": str},
    "provider": {"name": str, "url": str},
    "image": MEDIA,
    "thumbnail": MEDIA,
    "video": MEDIA,
    "fields": [FIELD],
}
LENGTHS = {
    ("title",): 256, ("description",): 4096, ("footer", "text"): 2048, ("author", "name"): 256,
}  # fmt: skip


def check_embeds(embeds: Any, problems: Problems) -> None:
    """Add to `problems` all that Discord would refuse in a message's embeds."""
    found = Problems()
    check_kind([EMBED], embeds, ("embeds",), found)
    if found.tree:
        problems.tree.update(found.tree)
        return
    problems.length(("embeds",), embeds, 0, MOST)
    for index, embed in enumerate(embeds):
        _embed(embed, ("embeds", index), problems)
    if sum(_size(embed) for embed in embeds) > MOST_TEXT:
        message = f"Embed size exceeds maximum size of {MOST_TEXT}"
        problems.add(("embeds",), "MAX_EMBED_SIZE_EXCEEDED", message)


def shown(embed: Mapping[str, Any], addresses: Mapping[str, str]) -> dict[str, Any]:
    """The embed in the message: nulls removed, files by their `addresses`."""
    parts = {name: _part(name, embed.get(name), addresses) for name in EMBED}
    parts = {name: part for name, part in parts.items() if part not in (None, {}, [])}
    return {**parts, "type": "rich"}


def _part(name: str, part: Any, addresses: Mapping[str, str]) -> Any:
    if isinstance(part, dict):
        kept = {key: one for key, one in part.items() if key in EMBED[name] and one is not None}
        if NEEDED.get(name, "url") not in kept:
            return None
        urls = {key: kept[key] for key in ("url", "icon_url") if key in kept}
        named = {key: addresses.get(url.removeprefix("attachment://")) for key, url in urls.items()}
        return kept | {key: url for key, url in named.items() if url is not None}
    if name == "fields" and part:
        return [{**field, "inline": bool(field.get("inline"))} for field in part]
    return part


def _embed(embed: Mapping[str, Any], path: Path, problems: Problems) -> None:
    for steps, most in LENGTHS.items():
        if (text := _reached(embed, steps)) is not None:
            problems.length((*path, *steps), text, 0, most)
    for name in ("footer", "author", "image", "thumbnail", "video"):
        for key, schemes in SCHEMES.items():
            if (url := _reached(embed, (name, key))) is not None:
                allowed = (*schemes, "attachment") if name in ("image", "thumbnail") else schemes
                check_url(url, allowed, (*path, name, key), problems)
    if embed.get("url") is not None:
        check_url(embed["url"], SCHEMES["url"], (*path, "url"), problems)
    if not 0 <= (embed.get("color") or 0) <= 0xFFFFFF:
        problems.add((*path, "color"), "NUMBER_TYPE_MAX", "Must be 16777215 or less.")
    if embed.get("timestamp") is not None and not _is_time(embed["timestamp"]):
        problems.add((*path, "timestamp"), "DATETIME_TYPE_PARSE", "Could not parse this.")
    problems.length((*path, "fields"), embed.get("fields") or [], 0, 25)
    for number, field in enumerate(embed.get("fields") or []):
        here = (*path, "fields", number)
        problems.length((*here, "name"), field.get("name"), 1, 256)
        problems.length((*here, "value"), field.get("value"), 1, 1024)


def _reached(embed: Mapping[str, Any], steps: tuple[str, ...]) -> Any:
    found: Any = embed
    for step in steps:
        found = (found or {}).get(step)
    return found


def _is_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _size(embed: Mapping[str, Any]) -> int:
    texts = [_reached(embed, steps) for steps in LENGTHS]
    for field in embed.get("fields") or []:
        texts += [field.get("name"), field.get("value")]
    return sum(len(text) for text in texts if isinstance(text, str))
