"""Serves everybody in a rush: answers at once that the bot is at it, then one after the other.

One command alone gets its card in the first response. Whoever would wait for it longer than a
moment, because of a crowd or of anything slow, gets Discord's deferred response before."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import discord

from bot.clock import Clock
from bot.errors import Refusal
from bot.ui.acknowledging import Acknowledger
from bot.ui.ages import Ages
from bot.ui.answer import TOKEN_LIFE, WINDOW, NotArrived
from bot.ui.first_answer import FirstAnswer, first_answer
from bot.ui.follow_ups import FollowUps
from bot.ui.turns import Turns
from bot.ui.ways import Place, Way
from bot.video.doors.deferrals import Deferrals
from bot.video.doors.hearing import Ears
from bot.video.doors.intake import Thinking
from bot.video.values.deferrals import PATIENCE as PATIENCE_OF_ROWS
from bot.video.values.deferrals import Deferral

Interaction = discord.Interaction[Any]

AT_ONCE = 16  # served at a time
SHOWN_AT_ONCE = 64  # cards on their way to Discord
AHEAD = 64  # whoever has more before them could not be answered within a second
PATIENCE = 0.75  # seconds since the interaction; an answer that is not there by then is deferred
FORM_PATIENCE = 2.0  # of the 3 s; a form opens before, or by a button
LONGEST_WAIT = 100.0  # seconds for a turn; `bot.video.doors.deferrals` gives up later


class Rush:
    """Lets interactions be answered in turn, and defers the answers that would be late."""

    def __init__(self, *, clock: Clock, ears: Ears, deferrals: Deferrals) -> None:
        self._clock = clock
        self._ears = ears
        self._deferrals = deferrals
        self._ages = Ages(clock)
        self._follow_ups = FollowUps(clock)
        self._shows = Turns(SHOWN_AT_ONCE)
        self._turns = Turns(AT_ONCE, lambda: self._acknowledger.is_behind)
        self._acknowledger = Acknowledger(clock=clock, drained=self._turns.wake)

    def created(self, interaction: Interaction) -> datetime:
        """When the person did it, by our clock, or a little later."""
        return self._ages.created(interaction.created_at)

    @asynccontextmanager
    async def turn(self, interaction: Interaction, way: Way) -> AsyncIterator[None]:
        """Wait for a turn to answer. Raises `HeardBefore`, `NotArrived` if the person can no longer
        be answered, or `Refusal` after too long a wait."""
        self._ears.hear(interaction.id)
        created = self.created(interaction)
        answer = self._prepare(interaction, way)
        if self._is_crowded() and not way.may_open_form:
            answer.begin_deferring()
        patience = FORM_PATIENCE if way.may_open_form else PATIENCE
        left = patience - (self._clock.now() - created).total_seconds()
        timer = asyncio.create_task(self._defer_in(left, answer), name="patience")
        try:
            await self._begin(interaction, answer)
            yield
        finally:
            timer.cancel()
            answer.end_turn()

    def _is_crowded(self) -> bool:
        return self._turns.waiting >= AHEAD

    def _prepare(self, interaction: Interaction, way: Way) -> FirstAnswer:
        """Put our own first answer in place of the library's."""
        answer = FirstAnswer(interaction, way, self)
        interaction._cs_response = answer  # type: ignore[attr-defined]
        return answer

    async def acknowledge(self, interaction: Interaction, way: Way) -> int:
        """Defer an answer, with a row if "thinking" is seen. Raises `NotArrived`."""
        row = None if way.place is Place.IN_PLACE else self._keep_row(interaction, way)
        until = self.created(interaction) + WINDOW
        try:
            return await self._acknowledger.acknowledge(
                interaction, way.place, until=until, row=row
            )
        except NotArrived:
            self._deferrals.forget(interaction.id)  # another process's row may be the same
            raise

    def _keep_row(self, interaction: Interaction, way: Way) -> asyncio.Future[bool]:
        return self._deferrals.keep(
            Deferral(
                interaction_id=interaction.id,
                application_id=interaction.application_id,
                token=interaction.token,
                token_until=self.created(interaction) + TOKEN_LIFE,
                locale=_locale(interaction, way),
                due_at=self._clock.now() + PATIENCE_OF_ROWS,
            )
        )

    def given(self, interaction: Interaction) -> None:
        """Note that "thinking" was replaced."""
        self._deferrals.drop(interaction.id)

    async def pace(self, interaction: Interaction) -> None:
        """Wait until its channel takes another follow-up."""
        await self._follow_ups.wait(interaction.channel_id or 0)

    async def wait_again(self, interaction: Interaction, until: Awaitable[None]) -> None:
        """End a turn, and begin another one after `until`. Raises what `turn` raises."""
        answer = first_answer(interaction)
        answer.begin_deferring()
        answer.end_turn()
        await until
        await self._begin(interaction, answer)

    async def _begin(self, interaction: Interaction, answer: FirstAnswer) -> None:
        """Begin a turn, which ends once."""
        await self._turns.wait(_who(interaction), is_urgent=not answer.is_deferred)

        def end() -> None:
            answer.end_turn = lambda: None
            self._turns.leave()

        answer.end_turn = end
        if answer.is_deferred:
            await answer.arrived()
            age = self._clock.now() - self.created(interaction)
            if age.total_seconds() > LONGEST_WAIT:
                raise Refusal("too_late")

    async def thinking(self, interaction: Interaction) -> Thinking | None:
        """The "thinking" message that this person sees by now, if any. Raises `NotArrived`."""
        first = first_answer(interaction)
        if not first.is_deferred:
            return None
        await first.arrived()
        return Thinking(
            interaction_id=interaction.id,
            message_id=first.message_id or 0,
            is_kept=await self._deferrals.kept(interaction.id),
        )

    def taken_up(self, interaction: Interaction) -> None:
        """End the turn of an order that was accepted: its card is shown while others are served."""
        first = first_answer(interaction)
        if first.message_id is not None:  # its row went with the order
            self._deferrals.forget(interaction.id)
        first.end_turn()

    @asynccontextmanager
    async def showing(self, interaction: Interaction) -> AsyncIterator[None]:
        """Wait to show an answer by a call to Discord; fair like the turns."""
        await self._shows.wait(_who(interaction), is_urgent=False)
        try:
            yield
        finally:
            self._shows.leave()

    async def _defer_in(self, seconds: float, answer: FirstAnswer) -> None:
        await self._clock.sleep(max(0.0, seconds))
        answer.begin_deferring()


def _who(interaction: Interaction) -> tuple[int, int]:
    return interaction.guild_id or 0, interaction.user.id


def _locale(interaction: Interaction, way: Way) -> str:
    """The language of whoever sees the "thinking" message."""
    theirs, servers = interaction.locale, interaction.guild_locale
    return str((servers or theirs) if way.place is Place.CARD else theirs)
