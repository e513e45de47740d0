"""Takes orders for videos from commands, buttons and forms: check, accept, answer.

`bot.video.doors.videos` decides whether there is room."""

import contextlib
from functools import partial
from typing import Any

import discord

from bot.errors import Crowded, PostError, Refusal
from bot.services import Services
from bot.ui import cards
from bot.ui.admission import Admission
from bot.ui.answer import TOKEN_LIFE, WINDOW, NotArrived, answer, tell
from bot.ui.asking import asker_of, seen_from
from bot.ui.first_answer import first_answer, show
from bot.ui.moderators import check_moderators_read
from bot.ui.permissions import check_permissions
from bot.ui.places import check_may_write
from bot.ui.recognition import shows
from bot.ui.replies import words_refused
from bot.ui.rights import CommandRights
from bot.ui.rush import Rush
from bot.ui.texts import say
from bot.video.doors.intake import Order, ReplyTo
from bot.video.values.cards import Card
from bot.video.values.options import Options
from bot.video.values.videos import Origin, State

Interaction = discord.Interaction[Any]

VIDEO = "video"  # the command


class Orders:
    """Takes orders."""

    def __init__(
        self, *, services: Services, admission: Admission, rights: CommandRights, rush: Rush
    ) -> None:
        self._services = services
        self._videos = services.videos
        self._admission = admission
        self._rights = rights
        self._clock = services.clock
        self._rush = rush

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
        server_id = await self.check(interaction)
        order = Order(
            origin=self._origin(interaction, server_id, parent_id, board_id),
            options=options,
            asker=asker_of(interaction),
            offer=offer,
        )
        card = await self._accept(interaction, order)
        self._rush.taken_up(interaction)
        try:
            message_id = await self._shown(interaction, card)
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

    async def _accept(self, interaction: Interaction, order: Order) -> Card:
        """Accept an order, as soon as its server's rules have time for it."""
        while True:
            reply = ReplyTo(
                application_id=interaction.application_id,
                token=interaction.token,
                token_until=self._rush.created(interaction) + TOKEN_LIFE,
                thinking=await self._rush.thinking(interaction),
            )
            try:
                return await self._videos.accept(order, reply)
            except Crowded:
                calm = self._videos.screening.calm(order.origin.server_id)
                await self._rush.wait_again(interaction, calm)

    async def _shown(self, interaction: Interaction, card: Card) -> int:
        """Show a card as the first response, or in the place of the deferred one."""
        first = first_answer(interaction)
        if await first.arrived():
            return await show(first, lambda: self._drawn(card))
        return await answer(
            interaction,
            self._drawn(card),
            is_ours=partial(shows, task_id=card.task.id),
            clock=self._clock,
            until=self._rush.created(interaction) + WINDOW,
        )

    def _drawn(self, card: Card) -> discord.ui.LayoutView:
        return cards.reply(card, now=self._clock.now(), per_usd=self._services.per_usd)

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
