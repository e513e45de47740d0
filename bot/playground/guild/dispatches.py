"""Which events a bot receives, by its intents and shard, and their JSON.

https://docs.discord.com/developers/events/gateway#gateway-intents"""

from collections.abc import Iterator
from enum import IntFlag
from typing import Any

from bot.playground.guild import server_shapes, shapes
from bot.playground.guild.concealing import without_words
from bot.playground.guild.connection import Session
from bot.playground.guild.events import Event, EventKind
from bot.playground.guild.permissions import Permission
from bot.playground.guild.state import State
from bot.playground.guild.world import Channel, World

Dispatch = tuple[str, dict[str, Any]]


class Intent(IntFlag):
    """The intents that matter here."""

    GUILDS = 1 << 0
    MEMBERS = 1 << 1
    PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    GUILD_REACTIONS = 1 << 10
    GUILD_TYPING = 1 << 11
    DIRECT_MESSAGES = 1 << 12
    DIRECT_REACTIONS = 1 << 13
    DIRECT_TYPING = 1 << 14
    MESSAGE_CONTENT = 1 << 15


PRIVILEGED = Intent.MEMBERS | Intent.PRESENCES | Intent.MESSAGE_CONTENT
MESSAGE_EVENTS = {
    EventKind.MESSAGE: "MESSAGE_CREATE",
    EventKind.EDITED: "MESSAGE_UPDATE",
    EventKind.DELETED: "MESSAGE_DELETE",
    EventKind.CLEARED: "MESSAGE_DELETE_BULK",
}
MEMBER_EVENTS = {
    EventKind.MEMBER_JOINED: "GUILD_MEMBER_ADD",
    EventKind.MEMBER_LEFT: "GUILD_MEMBER_REMOVE",
}
CHANNEL_EVENTS = (EventKind.CHANNEL, EventKind.GONE)


def greeting(world: World, session: Session, gateway_url: str) -> Iterator[Dispatch]:
    """READY, then one event per server if the session asked for servers."""
    mine = [
        guild
        for guild in world.guilds.values()
        if world.application.bot_id in guild.members and session.hears(guild.id)
    ]
    yield (
        "READY",
        {
            "v": 10,
            "user": {**shapes.user(world.users[world.application.bot_id]), "verified": True},
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in mine],
            "session_id": session.id,
            "resume_gateway_url": gateway_url,
            "shard": list(session.shard),
            "application": {"id": str(world.application.id), "flags": 0},
        },
    )
    for guild in mine if session.intents & Intent.GUILDS else ():
        yield "GUILD_CREATE", server_shapes.guild_create(world, guild)


def dispatches(state: State, event: Event, session: Session) -> Iterator[Dispatch]:
    """What a session receives for an event, if anything."""
    if event.kind in (EventKind.JOINED, EventKind.LEFT):
        yield from _membership(state.world, event, session)
    if event.kind is EventKind.THREAD_MEMBERS:
        yield from _thread_members(state, event, session)
    if event.kind in MEMBER_EVENTS and _hears_of_members(event, session):
        yield MEMBER_EVENTS[event.kind], event.body
    if event.kind is EventKind.OVERRIDES and session.hears(int(event.body["guild_id"])):
        yield "APPLICATION_COMMAND_PERMISSIONS_UPDATE", event.body  # whatever the intents
    if event.channel_id is None or event.channel_id not in state.world.channels:
        return
    channel = state.world.channels[event.channel_id]
    if event.kind is EventKind.COMMAND:
        if session.hears(channel.guild_id):
            yield "INTERACTION_CREATE", event.body["payload"]
    elif session.hears(channel.guild_id) and _visible(state, event, channel):
        yield from _public(state, event, channel, session)


def _visible(state: State, event: Event, channel: Channel) -> bool:
    return event.only_for is None and state.may(state.bot_id, channel, Permission.VIEW_CHANNEL)


def _public(state: State, event: Event, channel: Channel, session: Session) -> Iterator[Dispatch]:
    place = {} if channel.guild_id is None else {"guild_id": str(channel.guild_id)}
    direct = channel.guild_id is None
    if event.kind in MESSAGE_EVENTS:
        wanted = Intent.DIRECT_MESSAGES if direct else Intent.GUILD_MESSAGES
        if session.intents & wanted:
            shown = _shown(state, event.body, session, direct)
            yield MESSAGE_EVENTS[event.kind], {**shown, **place}
    elif event.kind is EventKind.TYPING:
        wanted = Intent.DIRECT_TYPING if direct else Intent.GUILD_TYPING
        if session.intents & wanted:
            at = int(event.at.timestamp())
            here = {"channel_id": str(channel.id), "timestamp": at}
            yield "TYPING_START", {**event.body, **here, **place}
    elif event.kind is EventKind.REACTION:
        wanted = Intent.DIRECT_REACTIONS if direct else Intent.GUILD_REACTIONS
        if session.intents & wanted:
            yield event.body["name"], {**event.body["payload"], **place}
    elif event.kind is EventKind.PINS:
        if session.intents & (Intent.DIRECT_MESSAGES if direct else Intent.GUILDS):
            yield "CHANNEL_PINS_UPDATE", {**event.body, **place}
    elif event.kind in CHANNEL_EVENTS and session.intents & Intent.GUILDS and not direct:
        yield f"{'THREAD' if channel.is_thread else 'CHANNEL'}_{_change(event)}", event.body


def _change(event: Event) -> str:
    if event.kind is EventKind.GONE:
        return "DELETE"
    return "CREATE" if event.body.get("newly_created") else "UPDATE"


def _hears_of_members(event: Event, session: Session) -> bool:
    return bool(session.intents & Intent.MEMBERS) and session.hears(int(event.body["guild_id"]))


def _thread_members(state: State, event: Event, session: Session) -> Iterator[Dispatch]:
    """A bot hears about itself; with the members intent also about others in threads it sees."""
    thread = state.world.channels[event.body["id"]]
    added, removed = event.body["added"], event.body["removed"]
    if not session.hears(thread.guild_id) or not session.intents & Intent.GUILDS:
        return
    if state.bot_id in added:
        yield "THREAD_CREATE", shapes.thread_of_bot(state.world, thread)
    sees = state.may(state.bot_id, thread, Permission.VIEW_CHANNEL)
    if not (sees and session.intents & Intent.MEMBERS):
        added, removed = ([one for one in each if one == state.bot_id] for each in (added, removed))
    if added or removed:
        yield (
            "THREAD_MEMBERS_UPDATE",
            {
                "id": str(thread.id),
                "guild_id": str(thread.guild_id),
                "member_count": len(thread.members),
                "added_members": [shapes.thread_member(thread.id, one) for one in added],
                "removed_member_ids": [str(one) for one in removed],
            },
        )


def _membership(world: World, event: Event, session: Session) -> Iterator[Dispatch]:
    guild = world.guilds[int(event.body["guild_id"])]
    if session.hears(guild.id) and session.intents & Intent.GUILDS:
        if event.kind is EventKind.JOINED:
            # For a bot that just joined, the server comes without `unavailable`.
            shape = server_shapes.guild_create(world, guild)
            yield "GUILD_CREATE", {name: shape[name] for name in shape if name != "unavailable"}
        else:
            yield "GUILD_DELETE", {"id": str(guild.id)}


def _shown(state: State, body: dict[str, Any], session: Session, direct: bool) -> dict[str, Any]:
    if "author" not in body or direct or session.intents & Intent.MESSAGE_CONTENT:
        return body
    return without_words(body, state.bot_id)
