"""Turns what a person did into an interaction, and waits for the bot's answer."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from bot.playground.guild import shapes
from bot.playground.guild.events import EventKind
from bot.playground.guild.interactions import (
    Interaction,
    InteractionKind,
    Modal,
    ResponseKind,
)
from bot.playground.guild.messages import Message
from bot.playground.guild.permissions import effective
from bot.playground.guild.state import State
from bot.playground.guild.world import Channel, User
from bot.playground.guild.writing import upload_limit

STEPS = (1, 2)  # the option types of subcommands and subcommand groups


class Unanswered(Exception):
    """The bot did not respond in time; the person reads "The application did not respond"."""


class Sent:
    """A sent interaction, as the person who caused it sees it."""

    def __init__(self, state: State, interaction: Interaction) -> None:
        self._state = state
        self.interaction = interaction

    @property
    def response(self) -> ResponseKind | None:
        """How the bot answered first; None so far."""
        return self.interaction.response

    @property
    def message(self) -> Message | None:
        """The reply as it is now; for a component, the message it is on."""
        found = self.interaction.original_id
        return (
            None if found is None else self._state.messages.get(self.interaction.channel_id, found)
        )

    def said(self) -> list[Message]:
        """The messages that the bot created in answer to it, the reply and follow-ups."""
        id, place = str(self.interaction.id), self.interaction.channel_id
        return [
            each
            for each in self._state.messages.within(place)
            if each.asked_by is not None and each.asked_by.get("id") == id
        ]

    @property
    def modal(self) -> Modal | None:
        """The form the bot opened."""
        return self.interaction.modal

    @property
    def choices(self) -> tuple[dict[str, Any], ...] | None:
        """The suggestions of autocompletion."""
        return self.interaction.choices

    async def responded(self, within: float = 3.2) -> "Sent":
        """Wait for the first response, at most `within` real seconds.

        Raises `Unanswered` after Discord's 3 s by the clock, or after `within`.
        """
        one = self.interaction
        if one.response is None and one.answerable(self._state.clock.now()):
            with suppress(TimeoutError):
                async with asyncio.timeout(within):
                    await one.answered.wait()
        if one.response is None:
            raise Unanswered(f"{one.kind.name} {one.payload['data']}")
        return self

    def replay(self) -> None:
        """Tell the bot again, like a gateway whose event may not have arrived."""
        _tell(self._state, self.interaction)


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What a person did, before it becomes an interaction. A form has `opened_by`."""

    kind: InteractionKind
    user: User
    channel: Channel
    data: dict[str, Any]
    locale: str = "en-US"
    message: Message | None = None
    opened_by: dict[str, Any] | None = None


def ask(state: State, what: Ask) -> Sent:
    """Create the interaction, and tell the bot if it is online."""
    one = Interaction(
        id=state.next_id(),
        kind=what.kind,
        user_id=what.user.id,
        channel_id=what.channel.id,
        at=state.clock.now(),
        payload={},
        message_id=what.message.id if what.message else None,
    )
    one.payload = _payload(state, what, one)
    one.metadata = _metadata(what, one)
    state.interactions[one.token] = one
    _tell(state, one)
    return Sent(state, one)


def _tell(state: State, one: Interaction) -> None:
    body = {
        "interaction": str(one.id),
        "user_id": str(one.user_id),
        "name": one.payload["data"].get("name"),
        "payload": one.payload,
    }
    state.publish(EventKind.COMMAND, one.channel_id, one.user_id, body)


def _payload(state: State, what: Ask, one: Interaction) -> dict[str, Any]:
    world, channel = state.world, what.channel
    bits = str(int(effective(world, what.user.id, channel)))
    payload: dict[str, Any] = {
        "id": str(one.id),
        "application_id": str(world.application.id),
        "type": int(what.kind),
        "token": one.token,
        "version": 1,
        "channel_id": str(channel.id),
        "channel": {**shapes.channel(world, channel), "permissions": bits},
        "locale": what.locale,
        "app_permissions": shapes.app_permissions(world, channel),
        "entitlements": [],
        "authorizing_integration_owners": _owners(channel),
        "context": 0 if channel.guild_id else 1,
        "attachment_size_limit": upload_limit(state, channel),
        "data": what.data,
        **_place(state, what, bits),
    }
    return payload if what.message is None else {**payload, "message": state.shape(what.message)}


def _place(state: State, what: Ask, bits: str) -> dict[str, Any]:
    if what.channel.guild_id is None:
        return {"user": shapes.user(what.user)}
    guild = state.world.guilds[what.channel.guild_id]
    member = shapes.member(state.world, guild, what.user.id)
    return {
        "guild_id": str(guild.id),
        "guild": {"id": str(guild.id), "locale": guild.locale, "features": []},
        "guild_locale": guild.locale,
        "member": {**member, "permissions": bits},
    }


def _metadata(what: Ask, one: Interaction) -> dict[str, Any]:
    metadata: dict[str, Any] = {
        "id": str(one.id),
        "type": int(what.kind),
        "user": shapes.user(what.user),
        "authorizing_integration_owners": _owners(what.channel),
    }
    if what.kind is InteractionKind.COMMAND:
        return {**metadata, "name": _used(what.data), "command_type": what.data["type"]}
    if what.opened_by is not None:
        metadata["triggering_interaction_metadata"] = what.opened_by
    elif what.message is not None:
        metadata["interacted_message_id"] = str(what.message.id)
    return metadata


def _used(command: dict[str, Any]) -> str:
    """The full name with subcommands, as a client shows it above the reply."""
    inner = next((one for one in command.get("options", []) if one["type"] in STEPS), None)
    return command["name"] if inner is None else f"{command['name']} {_used(inner)}"


def _owners(channel: Channel) -> dict[str, str]:
    return {"0": str(channel.guild_id or 0)}
