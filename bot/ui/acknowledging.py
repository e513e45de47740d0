"""Acknowledges interactions by Discord's deferred response ("thinking"). In a rush nobody waits
behind anybody's drawing or calls, and at most half a second for the row of the own message.

https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-response-object-interaction-callback-type"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

import discord
from discord.webhook.async_ import async_context, interaction_response_params

from bot.clock import Clock
from bot.errors import HeardBefore
from bot.ui.answer import ALREADY_ANSWERED, NotArrived
from bot.ui.rest import is_passing
from bot.ui.ways import Place

Interaction = discord.Interaction[Any]

ROW_SECONDS = 0.5  # of the 3 s; storage that takes longer keeps nobody unacknowledged
IN_FLIGHT = 200  # calls at a time: with 0.1 s to Discord and back, 2,000 a second
EPHEMERAL = 64  # a message's flag
TYPES = {
    Place.CARD: discord.InteractionResponseType.deferred_channel_message,
    Place.PRIVATE: discord.InteractionResponseType.deferred_channel_message,
    Place.IN_PLACE: discord.InteractionResponseType.deferred_message_update,
}
_log = logging.getLogger(__name__)


class Acknowledger:
    """Sends deferred responses in the order of arrival."""

    def __init__(self, *, clock: Clock, drained: Callable[[], None]) -> None:
        self._clock = clock
        self._drained = drained
        self._slots = asyncio.Semaphore(IN_FLIGHT)
        self._waiting = 0

    @property
    def is_behind(self) -> bool:
        """Whether some could not even be sent yet: until then, nothing else should begin."""
        return self._waiting > 0

    async def acknowledge(
        self,
        interaction: Interaction,
        place: Place,
        *,
        until: datetime,
        row: asyncio.Future[bool] | None = None,
    ) -> int:
        """Send the deferred response; returns the id of its message. Tries until `until`, by our
        clock. Raises `NotArrived` unless it is known to have arrived.

        The message's `row` comes first, if storage is quick: a crash in between would leave a
        message of which nobody knows.
        """
        ends = self._clock.monotonic() + (until - self._clock.now()).total_seconds()
        self._waiting += 1
        if row is not None:
            await asyncio.wait([row], timeout=ROW_SECONDS)
        async with self._slots:
            self._waiting -= 1
            if not self._waiting:
                self._drained()
            try:
                return await self._send(interaction, place, ends)
            except NotArrived as lost:
                if not isinstance(lost.__cause__, HeardBefore):
                    _log.warning("Could not acknowledge in time: %s", lost.__cause__ or "too late")
                raise

    async def _send(self, interaction: Interaction, place: Place, ends: float) -> int:
        cause: Exception | None = None  # of a try that may have arrived
        while (left := ends - self._clock.monotonic()) > 0:
            try:
                async with asyncio.timeout(left):
                    return await _defer(interaction, place)
            except discord.HTTPException as error:
                if error.code == ALREADY_ANSWERED:
                    if cause is None:  # another process was first
                        raise NotArrived from HeardBefore()
                    break
                if 400 <= error.status < 500 and not is_passing(error):
                    raise NotArrived from error
                cause = error
            except Exception as error:  # cut or timed out
                cause = error
            await self._clock.sleep(0.2)
        return await _look(interaction, place, cause)


async def _defer(interaction: Interaction, place: Place) -> int:
    """One call; without the library's object for the answer, whose message's id is all we need."""
    flags = {"flags": EPHEMERAL} if place is Place.PRIVATE else None
    http = interaction.client.http
    sent: Any = await async_context.get().create_interaction_response(
        interaction.id,
        interaction.token,
        session=interaction._session,
        proxy=http.proxy,
        proxy_auth=http.proxy_auth,
        params=interaction_response_params(TYPES[place].value, flags),
    )
    return int(sent["interaction"]["response_message_id"])


async def _look(interaction: Interaction, place: Place, cause: Exception | None) -> int:
    """The id of the message of a deferred response in doubt."""
    try:
        async with asyncio.timeout(10):
            found = await interaction.original_response()
    except Exception as error:
        raise NotArrived from cause or error
    if place is not Place.IN_PLACE and not found.flags.loading:
        raise NotArrived from HeardBefore()
    return found.id
