"""What a message's body may contain, alone and with what the message held before.

https://docs.discord.com/developers/resources/message#create-message"""

from typing import Any

from bot.playground.guild.errors import Problems, Reason, Refused
from bot.playground.guild.files import Upload
from bot.playground.guild.messages import Flag, Message, walk
from bot.playground.guild.rules.components import check_components
from bot.playground.guild.rules.embeds import check_embeds
from bot.playground.guild.rules.kinds import CODES, check_kind, without_nulls

MOST_CONTENT, MOST_FILES = 2000, 10
MESSAGE = {
    "content": str,
    "flags": int,
    "tts": bool,
    "enforce_nonce": bool,
    "attachments": [{"description": str, "filename": str}],
    "allowed_mentions": {
        "parse": [frozenset({"users", "roles", "everyone"})],
        "users": list,
        "roles": list,
        "replied_user": bool,
    },
    "message_reference": {"fail_if_not_exists": bool, "type": frozenset({0, 1})},
    "sticker_ids": list,
    "poll": dict,
}
V2_LEGACY = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"


def check_message(
    body: dict[str, Any], uploads: tuple[Upload, ...] = (), before: Message | None = None
) -> None:
    """Raises `Refused`: 50035 with a tree, 50006 for an empty new message."""
    problems = Problems()
    check_kind(MESSAGE, body, (), problems)
    problems.refuse()
    flags = merged_flags(body, before)
    v2 = bool(flags & Flag.COMPONENTS_V2)
    _content(body, problems)
    if body.get("embeds") is not None:
        check_embeds(body["embeds"], problems)
    _nonce(body, problems)
    _attachments(body, uploads, before, problems)
    if v2:
        _only_components(body, before, problems)
    if body.get("components") is not None:
        components = without_nulls(body["components"])
        check_components(components, v2, ("components",), problems)
        if not problems.tree:
            _references(components, uploads, before, problems)
    problems.refuse()
    if before is None and not uploads and _is_empty(body):
        raise Refused(Reason.EMPTY)


def _is_empty(body: dict[str, Any]) -> bool:
    """Whether there is nothing to show; content of blanks alone is nothing."""
    return not (body.get("content") or "").strip() and not any(body.get(key) for key in PARTS)


PARTS = ("embeds", "components", "sticker_ids", "poll", "attachments")


def merged_flags(body: dict[str, Any], before: Message | None) -> int:
    """The flags after a write; IS_COMPONENTS_V2 and EPHEMERAL never change."""
    sent = body.get("flags")
    if before is None:
        return int(sent or 0)
    fixed = before.flags & (Flag.COMPONENTS_V2 | Flag.EPHEMERAL)
    changeable = Flag.SUPPRESS_EMBEDS | Flag.COMPONENTS_V2
    wanted = before.flags if sent is None else int(sent) & changeable
    return int(fixed | (wanted & changeable))


def _content(body: dict[str, Any], problems: Problems) -> None:
    if body.get("content") is not None:
        problems.length(("content",), body["content"], 0, MOST_CONTENT)


def _nonce(body: dict[str, Any], problems: Problems) -> None:
    nonce = body.get("nonce")
    if nonce is not None and (isinstance(nonce, bool) or not isinstance(nonce, str | int)):
        problems.add(("nonce",), *CODES[str])
    elif nonce is not None and len(str(nonce)) > 25:
        problems.add(("nonce",), "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")


def _attachments(
    body: dict[str, Any], uploads: tuple[Upload, ...], before: Message | None, problems: Problems
) -> None:
    listed = body.get("attachments")
    known = {str(upload.number) for upload in uploads}
    known |= {str(one.id) for one in before.attachments} if before else set()
    for index, one in enumerate(listed or []):
        if str(one.get("id")) not in known:
            message = "The attachment is neither uploaded here nor part of the message."
            problems.add(("attachments", index, "id"), "ATTACHMENT_NOT_FOUND", message)
        if one.get("description") is not None:
            problems.length(("attachments", index, "description"), one["description"], 0, 1024)
    kept = len(before.attachments) if before else 0
    total = kept + len(uploads) if listed is None else len(listed)
    if total > MOST_FILES:
        problems.add(("attachments",), "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.")


def _only_components(body: dict[str, Any], before: Message | None, problems: Problems) -> None:
    for name in ("content", "embeds", "poll", "sticker_ids"):
        stays = name not in body and before is not None and getattr(before, name, None)
        if body.get(name) or stays:
            message = f"The '{name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
            problems.add((name,), V2_LEGACY, message)
    if before is None and not body.get("components"):
        problems.add(("components",), "BASE_TYPE_REQUIRED", "This field is required")


def _references(
    components: list[dict[str, Any]],
    uploads: tuple[Upload, ...],
    before: Message | None,
    problems: Problems,
) -> None:
    names = {upload.filename for upload in uploads}
    names |= {one.filename for one in before.attachments} if before else set()
    for one in walk(components):
        for url in media_urls(one):
            if url.startswith("attachment://") and url.removeprefix("attachment://") not in names:
                message = f"The referenced attachment was not found: {url}"
                problems.add(
                    ("components",), "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", message
                )


def media_urls(one: dict[str, Any]) -> list[str]:
    """The addresses that a component names."""
    items = [item["media"] for item in one.get("items", ())] if one["type"] == 12 else []
    items += [one[key] for key in ("media", "file") if isinstance(one.get(key), dict)]
    return [item["url"] for item in items]
