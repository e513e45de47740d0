"""Checks every press and form before anything answers it: its place, whether the person still sees
its subject, and whether they may still use the command behind it. Cards may be old, and custom ids
forged. `bot.ui.needs` lists what each verb needs."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import discord
from msgspec import Struct

from bot.errors import Refusal
from bot.services import Services
from bot.ui.cards.failures import shows_prompt
from bot.ui.items import CustomId, Verb
from bot.ui.needs import NEEDS, About
from bot.ui.places import Places, check_may_write
from bot.ui.rights import CommandRights
from bot.video.values.cards import Card
from bot.video.values.videos import State

MODERATE = "moderate"  # the command
TOLD = frozenset({State.FAILED, State.LOST})  # outcomes that anybody may repeat

Interaction = discord.Interaction[Any]


class Access(Struct, frozen=True, kw_only=True):
    """Decides who may press what, and where. Every method raises `Refusal`."""

    rights: CommandRights
    places: Places
    services: Services

    async def check(self, interaction: Interaction, asked: CustomId) -> None:
        """Check whether a press or form may be answered."""
        need = NEEDS[asked.verb]
        for command in need.commands:
            look = self.rights.check if need.everywhere else self.rights.check_here
            await look(interaction, command)
        if need.writes:
            check_may_write(interaction)
        await self._looks[need.about](interaction, asked.subject)

    async def film(
        self, interaction: Interaction, task_id: str, about: About = About.POSTED_FILM
    ) -> Card:
        """A video that the person may see, within what `About` allows."""
        card = await self.services.videos.card(task_id)
        is_theirs = card.request.user_id == interaction.user.id
        is_here = interaction.guild_id == card.request.server_id
        if not is_here and (interaction.guild_id or not is_theirs):
            raise Refusal("unknown_film", id=task_id)
        if not (is_theirs or (await self._granted(interaction, card)).read_messages):
            raise Refusal("unknown_film", id=task_id)
        if _is_open(card, about, is_theirs=is_theirs) or await self.moderates(interaction, card):
            return card
        raise Refusal("taken_away" if is_theirs else "unknown_film", id=task_id)

    async def manages(self, interaction: Interaction, card: Card) -> bool:
        """Whether the person may manage messages where a video is."""
        return (await self._granted(interaction, card)).manage_messages

    async def moderates(self, interaction: Interaction, card: Card) -> bool:
        """Whether the person manages messages there, or may use /moderate and sees the place."""
        granted = await self._granted(interaction, card)
        if granted.manage_messages:
            return True
        return granted.read_messages and await self.may_moderate(interaction)

    async def may_moderate(self, interaction: Interaction) -> bool:
        """Whether the person may use /moderate in this server."""
        try:
            await self.rights.check(interaction, MODERATE)
        except Refusal:
            return False
        return True

    async def moderated_in(
        self, interaction: Interaction, seen_in: Mapping[int, discord.Permissions]
    ) -> frozenset[int]:
        """The channels where the person moderates videos: all they see, or those where they manage
        messages."""
        if await self.may_moderate(interaction):
            return frozenset(seen_in)
        return frozenset(place for place, may in seen_in.items() if may.manage_messages)

    @property
    def _looks(self) -> Mapping[About, Callable[[Interaction, str], Awaitable[object]]]:
        return {
            About.NOTHING: _nowhere,
            About.FILM: self._film,
            About.PUBLIC_FILM: self._public_film,
            About.POSTED_FILM: self.film,
            About.BOARD: self._board,
            About.DRAFT: self._draft,
            About.FORM: self._form,
            About.MODERATORS: self._moderators,
        }

    async def _film(self, interaction: Interaction, task_id: str) -> None:
        await self.film(interaction, task_id, About.FILM)

    async def _public_film(self, interaction: Interaction, subject: str) -> None:
        task_id = subject.partition(".")[0]  # a form that opens again has its options, too
        await self.film(interaction, task_id, About.PUBLIC_FILM)

    async def _board(self, interaction: Interaction, subject: str) -> None:
        board_id = subject.partition(".")[0]
        board = await self.services.boards.board(board_id, interaction.guild_id)
        if board.channel_id != interaction.channel_id:
            raise Refusal("unknown_board")
        if not (await self.places.rights(interaction, board.channel_id)).read_messages:
            raise Refusal("unknown_board")

    async def _draft(self, interaction: Interaction, draft_id: str) -> None:
        user_id, server_id = interaction.user.id, interaction.guild_id or 0
        draft = await self.services.videos.offered(draft_id, user_id=user_id, server_id=server_id)
        if draft.board_id is not None:
            await self._board(interaction, draft.board_id)
        elif draft.parent_id is not None:
            await self._public_film(interaction, draft.parent_id)

    async def _form(self, interaction: Interaction, subject: str) -> None:
        verb, _, about = subject.partition(":")
        await self.check(interaction, CustomId(Verb(verb), about))

    async def _moderators(self, interaction: Interaction, _: str) -> None:
        """Refuse old cards in a channel that is no longer the moderators'."""
        message = interaction.message
        is_form = interaction.type is discord.InteractionType.modal_submit
        if (message is None and is_form) or (message is not None and message.flags.ephemeral):
            return  # a form without a message was opened by a command
        settings = await self.services.settings.of(interaction.guild_id or 0)
        if interaction.channel_id != settings.moderators_channel:
            raise Refusal("moderators_elsewhere")

    async def _granted(self, interaction: Interaction, card: Card) -> discord.Permissions:
        """The person's permissions where a video was requested, or where its message is."""
        posted = card.film.sent_to if card.film is not None and card.is_posted else None
        if interaction.channel_id in (card.request.channel_id, posted):
            return await self.places.rights(interaction, interaction.channel_id or 0)
        if interaction.guild_id is None:
            return discord.Permissions.none()
        place = card.request.seen_from or card.request.channel_id
        return await self.places.rights(interaction, place)


async def _nowhere(interaction: Interaction, _: str) -> None:
    """Check nothing."""


def _is_open(card: Card, about: About, *, is_theirs: bool) -> bool:
    """Whether a video offers this to people who are not moderators."""
    if about is About.FILM:
        return True
    if is_theirs:
        return not (about is About.PUBLIC_FILM and card.is_taken_away)
    is_told = card.task.state in TOLD and shows_prompt(card.task) and card.task.deleted_by is None
    return card.is_posted or (about is About.PUBLIC_FILM and is_told)
