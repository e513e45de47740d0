"""Takes orders for videos from commands, buttons and forms: check, accept, answer.

`bot.video.doors.videos` decides whether there is room."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import discord

from bot.errors import PostError, Refusal
from bot.services import Services
from bot.ui import cards
from bot.ui.admission import Admission
from bot.ui.ages import ANSWER_WITHIN, Ages
from bot.ui.answer import TOKEN_LIFE, WINDOW, NotArrived, answer, tell
from bot.ui.asking import asker_of, seen_from
from bot.ui.moderators import check_moderators_read
from bot.ui.permissions import check_permissions
from bot.ui.places import check_may_write
from bot.ui.recognition import shows
from bot.ui.replies import words_refused
from bot.ui.rights import CommandRights
from bot.ui.texts import say
from bot.video.doors.intake import Order, ReplyTo
from bot.video.values.options import Options
from bot.video.values.videos import Origin, State

Interaction = discord.Interaction[Any]

VIDEO = "video"  # the command
AT_ONCE = 16  # orders served at a time
CROWD = 250  # orders served or waiting; about as many as can be answered in time
TURN_WITHIN = timedelta(seconds=1.2)  # of the 2.5 s; refusing takes as long as answering


class Orders:
    """Takes orders."""

    def __init__(self, *, services: Services, admission: Admission, rights: CommandRights) -> None:
        self._services = services
        self._videos = services.videos
        self._admission = admission
        self._rights = rights
        self._clock = services.clock
        self._ages = Ages(services.clock)
        self._under_way = 0
        self._turns = asyncio.Semaphore(AT_ONCE)

    @asynccontextmanager
    async def turn(self, interaction: Interaction) -> AsyncIterator[None]:
        """Wait for a turn, first come, first served. Raises `Refusal` in a rush.

        If everybody were served at once, all would be late. So the first are served in time, and
        the others are refused in time.
        """
        age = self._clock.now() - self._ages.created(interaction.created_at)
        turn_by = self._clock.monotonic() + (TURN_WITHIN - age).total_seconds()
        if self._under_way >= CROWD:
            raise Refusal("too_late")
        self._under_way += 1
        try:
            async with self._turns:
                if self._clock.monotonic() > turn_by:
                    raise Refusal("too_late")
                yield
        finally:
            self._under_way -= 1

    async def check(self, interaction: Interaction) -> int:
        """The server's id if this person may make videos here. Raises `Refusal` otherwise.

        Whoever may use /video here may order in other ways, too. Discord itself checks /video, so a
        crowd of commands costs no more questions.
        """
        if interaction.guild_id is None:
            raise Refusal("guild_only")
        if getattr(interaction.command, "name", "") != VIDEO:
            await self._rights.check_here(interaction, VIDEO)
        await self._admission.check(interaction.guild_id)
        check_permissions(interaction)
        check_may_write(interaction)
        return interaction.guild_id

    async def take(
        self,
        interaction: Interaction,
        options: Options,
        *,
        parent_id: str | None = None,
        offer: str | None = None,
        board_id: str | None = None,
    ) -> None:
        """Accept a video and show its card as the first response. `parent_id` is the video it
        follows, `offer` the draft from an earlier refusal, `board_id` the board it is a take of.

        Raises `Refusal`, or Discord's error if it does not accept the response; then nothing of the
        order remains.
        """
        created = self._ages.created(interaction.created_at)
        server_id = await self.check(interaction)
        reply = ReplyTo(
            application_id=interaction.application_id,
            token=interaction.token,
            token_until=created + TOKEN_LIFE,
        )
        order = Order(
            origin=self._origin(interaction, server_id, parent_id, board_id),
            options=options,
            asker=asker_of(interaction),
            answer_by=created + ANSWER_WITHIN,
            offer=offer,
        )
        card = await self._videos.accept(order, reply)
        view = cards.reply(card, now=self._clock.now(), per_usd=self._services.per_usd)
        try:
            until = created + WINDOW
            message_id = await answer(
                interaction,
                view,
                is_ours=partial(shows, task_id=card.task.id),
                clock=self._clock,
                until=until,
            )
        except NotArrived as lost:
            await self._videos.withdraw(card.task.id)
            raise words_refused(lost.__cause__) or lost.__cause__ or Refusal("too_late") from None
        except PostError:
            return  # still in doubt: delivery goes on looking
        if card.task.state is State.HELD:
            with contextlib.suppress(Refusal):  # the server's owner is told, nobody else
                await check_moderators_read(interaction, self._services)
        if await self._videos.answered(card.task.id, message_id=message_id):
            await tell(interaction, say("videos.inbox_hint", str(interaction.locale)))

    async def check_film(
        self, interaction: Interaction, options: Options, *, parent_id: str | None, board_id: str
    ) -> None:
        """Raise the `Refusal` that `take` would raise now."""
        server_id = await self.check(interaction)
        origin = self._origin(interaction, server_id, parent_id, board_id)
        order = Order(origin=origin, options=options, asker=asker_of(interaction))
        await self._videos.check(order)

    def _origin(
        self,
        interaction: Interaction,
        server_id: int,
        parent_id: str | None,
        board_id: str | None,
    ) -> Origin:
        return self._videos.origin(
            server_id=server_id,
            channel_id=interaction.channel_id or 0,
            user_id=interaction.user.id,
            locale=str(interaction.locale),
            server_locale=str(interaction.guild_locale or interaction.locale),
            parent_id=parent_id,
            board_id=board_id,
            seen_from=seen_from(interaction),
            thread_of=asker_of(interaction).parent_id,
        )
