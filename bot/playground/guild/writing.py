"""Turns an accepted body into a message: mentions, media, attachments.

The routes check permissions, `rules.messages` checks limits."""

import re
from dataclasses import replace
from typing import Any

from bot.playground.guild.errors import Reason, Refused
from bot.playground.guild.files import LARGEST, LIMITS, Upload
from bot.playground.guild.messages import Attachment, Flag, Message, walk
from bot.playground.guild.permissions import Permission, effective
from bot.playground.guild.rules.components import SELECTS
from bot.playground.guild.rules.embeds import shown
from bot.playground.guild.rules.kinds import without_nulls
from bot.playground.guild.rules.messages import check_message, merged_flags
from bot.playground.guild.state import State
from bot.playground.guild.world import Channel

MENTION = re.compile(r"<@!?(\d+)>")
ROLE_MENTION = re.compile(r"<@&(\d+)>")
EVERYONE = re.compile(r"@(everyone|here)\b")
Body = dict[str, Any]


def fields(
    state: State,
    channel: Channel,
    body: Body,
    uploads: tuple[Upload, ...],
    *,
    before: Message | None = None,
    parse: tuple[str, ...] = ("users", "roles", "everyone"),
) -> dict[str, Any]:
    """The fields of the new or changed message. `parse` is who a mention reaches by default.

    Raises `Refused` with 50035, 50006, 40005, 200000 or 240000.
    """
    check_message(body, uploads, before)
    _fits(state, channel, uploads)
    attachments = _attachments(state, channel, body, uploads, before)
    written: dict[str, Any] = {
        "flags": merged_flags(body, before),
        "attachments": attachments,
        "content": body.get("content", before.content if before else "") or "",
        "embeds": before.embeds if before else (),
        "components": before.components if before else (),
    }
    if "embeds" in body:
        addresses = {one.filename: one.url for one in attachments}
        written["embeds"] = tuple(shown(one, addresses) for one in body["embeds"] or ())
    if "components" in body:
        written["components"] = _resolved(body["components"] or [], attachments)
    probe = Message(
        id=0, channel_id=channel.id, author_id=state.bot_id, at=state.clock.now(), **written
    )
    _filtered(state, probe.text)
    return {**written, **_mentions(state, channel, body, probe, parse)}


def open_place(channel: Channel) -> Channel:
    """The channel, if the bot may answer there. Raises `Refused` with 50083 in a locked thread."""
    if channel.archived and channel.locked:
        raise Refused(Reason.ARCHIVED)
    return channel


def reopen(state: State, channel: Channel) -> None:
    """Reopen an archived thread, as writing there does."""
    if channel.archived:
        state.change_channel(channel.id, archived=False)


def upload_limit(state: State, channel: Channel) -> int:
    """The size limit of a file in bytes: by the server's tier, 10 MiB in direct messages."""
    if channel.guild_id is None:
        return LIMITS[0]
    return LIMITS[state.world.guilds[channel.guild_id].tier]


def _fits(state: State, channel: Channel, uploads: tuple[Upload, ...]) -> None:
    most, sizes = upload_limit(state, channel), [upload.size for upload in uploads]
    if any(size > most for size in sizes) or sum(sizes) > max(LARGEST, most):
        raise Refused(Reason.TOO_LARGE)


def _filtered(state: State, text: str) -> None:
    low = text.casefold()
    if any(word.casefold() in low for word in state.blocked_words):
        raise Refused(Reason.WORD_FILTER)
    if any(link.casefold() in low for link in state.blocked_links):
        raise Refused(Reason.HARMFUL_LINK)


def _attachments(
    state: State,
    channel: Channel,
    body: Body,
    uploads: tuple[Upload, ...],
    before: Message | None,
) -> tuple[Attachment, ...]:
    listed = {str(one["id"]): one for one in body.get("attachments") or []}
    kept = before.attachments if before else ()
    if body.get("attachments", ...) is not ...:
        kept = tuple(one for one in kept if str(one.id) in listed)
        kept = tuple(_described(one, listed[str(one.id)]) for one in kept)
    new = [_kept(state, channel, upload, listed.get(str(upload.number), {})) for upload in uploads]
    return (*kept, *new)


def _described(one: Attachment, told: Body) -> Attachment:
    return replace(one, description=told["description"]) if "description" in told else one


def _kept(state: State, channel: Channel, upload: Upload, told: Body) -> Attachment:
    named = replace(upload, filename=told.get("filename") or upload.filename)
    return state.files.keep(named, state.next_id(), channel.id, told.get("description"))


def _resolved(components: list[Body], attachments: tuple[Attachment, ...]) -> tuple[Body, ...]:
    tree = without_nulls(components)
    by_name = {one.filename: one for one in attachments}
    taken = {one["id"] for one in walk(tree) if one.get("id")}
    number = 0
    for one in walk(tree):
        if not one.get("id"):
            number = next(n for n in range(number + 1, 1000) if n not in taken)
            one["id"] = number
        if one["type"] in SELECTS:
            one |= {"min_values": one.get("min_values", 1), "max_values": one.get("max_values", 1)}
        for media in [item["media"] for item in one.get("items", ())] + [
            one[key] for key in ("media", "file") if key in one
        ]:
            _resolve_media(media, by_name)
    return tuple(tree)


def _resolve_media(media: Body, by_name: dict[str, Attachment]) -> None:
    found = by_name.get(media["url"].removeprefix("attachment://"))
    if found is None:
        media.setdefault("proxy_url", media["url"])
        media.setdefault("loading_state", 2)
        return
    media |= {
        "url": found.url,
        "proxy_url": found.url,
        "attachment_id": str(found.id),
        "content_type": found.content_type,
        "loading_state": 2,
    }


def _mentions(
    state: State, channel: Channel, body: Body, probe: Message, parse: tuple[str, ...]
) -> dict[str, Any]:
    allowed = body.get("allowed_mentions")
    rule = {"parse": list(parse)} if allowed is None else allowed
    parsed = set(rule.get("parse") or [])
    text = "\n".join(
        [probe.content, *(one["content"] for one in probe.parts() if one["type"] == 10)]
    )
    named = {int(id) for id in MENTION.findall(text)} & set(state.world.users)
    if "users" not in parsed:
        named &= {int(id) for id in rule.get("users") or []}
    roles = named_roles(state, state.bot_id, channel, text)
    if "roles" not in parsed:
        roles &= {int(id) for id in rule.get("roles") or []}
    everyone = "everyone" in parsed and bool(EVERYONE.search(text))
    everyone = everyone and bool(
        effective(state.world, state.bot_id, channel) & Permission.MENTION_EVERYONE
    )
    quiet = bool(int(body.get("flags") or 0) & Flag.SUPPRESS_NOTIFICATIONS)
    if quiet:
        return {"pinged": frozenset(), "roles": frozenset(), "everyone": everyone}
    return {"pinged": frozenset(named), "roles": roles, "everyone": everyone}


def named_roles(state: State, author_id: int, channel: Channel, text: str) -> frozenset[int]:
    """The roles in a text that its author may ping: all with the permission, else mentionable."""
    guild = state.world.guilds.get(channel.guild_id or 0)
    if guild is None:
        return frozenset()
    any_role = state.may(author_id, channel, Permission.MENTION_EVERYONE)
    named = {int(id) for id in ROLE_MENTION.findall(text)} - {guild.id}
    reached = (one for one in guild.roles if one.mentionable or any_role)
    return frozenset(one.id for one in reached if one.id in named)
