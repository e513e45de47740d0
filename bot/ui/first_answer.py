"""The first answer to an interaction, deferred or not, behind the library's own methods.

Whoever answers calls `send_message` or `edit_message` as always, and no cog can forget that the
answer may have been deferred meanwhile."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

import discord

from bot.errors import Fate, PostError, Refusal
from bot.ui.answer import NotArrived
from bot.ui.cards.offers import form_offer
from bot.ui.items import CustomId, write_only
from bot.ui.rest import CUT, edit_error, is_passing
from bot.ui.ways import Place, Way

Interaction = discord.Interaction[Any]
FILL_SECONDS = 10.0  # then delivery shows the card
Sent = discord.InteractionCallbackResponse[Any]


class Behind(Protocol):
    """What stands behind first answers: `bot.ui.rush.Rush`."""

    async def acknowledge(self, interaction: Interaction, way: Way) -> int:
        """Defer an answer; returns its message's id. Raises `NotArrived`."""
        ...

    def given(self, interaction: Interaction) -> None:
        """Note that "thinking" was replaced."""
        ...

    async def pace(self, interaction: Interaction) -> None:
        """Wait until its channel takes another follow-up."""
        ...

    def showing(self, interaction: Interaction) -> AbstractAsyncContextManager[None]:
        """Wait to show an answer by a call to Discord."""
        ...


class FirstAnswer(discord.InteractionResponse[Any]):
    """Replaces the library's object. `message_id` is the "thinking" message's, once it is there;
    `end_turn` lets the next one begin, before this one's answer is shown."""

    __slots__ = (
        "_acknowledged",
        "_behind",
        "_is_begun",
        "_is_given",
        "end_turn",
        "message_id",
        "way",
    )

    def __init__(self, interaction: Interaction, way: Way, behind: Behind) -> None:
        super().__init__(interaction)
        self.way = way
        self.message_id: int | None = None
        self.end_turn: Callable[[], None] = lambda: None
        self._behind = behind
        self._acknowledged: asyncio.Task[int] | None = None
        self._is_begun = False
        self._is_given = False

    @property
    def is_deferred(self) -> bool:
        """Whether the deferred response is sent, or on its way."""
        return self._acknowledged is not None

    def begin_deferring(self) -> None:
        """Send the deferred response, unless another answer is on its way."""
        if not self._is_begun and self._acknowledged is None:
            sending = self._behind.acknowledge(self._parent, self.way)
            self._acknowledged = asyncio.create_task(sending, name="acknowledge")
            self._acknowledged.add_done_callback(_heed)

    async def arrived(self) -> bool:
        """Whether the answer was deferred, once that is known to have arrived. Raises
        `NotArrived`."""
        if self._acknowledged is None:
            self._is_begun = True
            return False
        self.message_id = await asyncio.shield(self._acknowledged)
        return True

    def is_done(self) -> bool:
        """Whether an answer was given; a deferred response alone is none."""
        return self._is_given or super().is_done()

    async def defer(self, *, ephemeral: bool = False, thinking: bool = False) -> Sent | None:
        if not await self.arrived():
            return await super().defer(ephemeral=ephemeral, thinking=thinking)
        self._end()
        return None

    async def send_message(self, content: Any = None, **shown: Any) -> Sent:
        """Answer with a message. A public "thinking" message goes before a private answer, which
        would become public in its place."""
        if not await self.arrived():
            return await super().send_message(content, **shown)
        said = shown if content is None else {"content": content, **shown}
        self.end_turn()
        is_private = bool(said.pop("ephemeral", False))
        is_beside = self.way.place is Place.CARD and is_private
        if not is_beside and self.way.place is not Place.IN_PLACE:
            return await self.fill(lambda: said)
        await self._behind.pace(self._parent)
        async with self._behind.showing(self._parent):
            if is_beside:
                await self._remove()
            message = await self._parent.followup.send(**said, ephemeral=is_private, wait=True)
            return self._sent(message.id)

    async def edit_message(self, **shown: Any) -> Sent | None:
        """Change the message of the button, or give the answer in its own message."""
        if not await self.arrived():
            return await super().edit_message(**shown)
        return await self.fill(lambda: shown)

    async def fill(self, draw: Callable[[], dict[str, Any]], within: float | None = None) -> Sent:
        """Put an answer in the place of the deferred one, as it is when the call is made, which
        may last `within` seconds."""
        self.end_turn()
        async with self._behind.showing(self._parent), asyncio.timeout(within):
            said = draw()
            if "files" in said:
                said["attachments"] = said.pop("files")
            message = await self._parent.edit_original_response(**said)
            return self._sent(message.id)

    async def send_modal(self, modal: discord.ui.Modal, /) -> Sent:
        """Open a form. Discord opens none after a deferred response, so a button offers it again.

        Raises `Refusal` if there was no button."""
        if not await self.arrived():
            return await super().send_modal(modal)
        sent: Any = self._parent.data or {}
        pressed = CustomId.parse(str(sent.get("custom_id", "")))
        if pressed is None or sent.get("values"):
            raise Refusal("too_late")
        view = write_only(form_offer(pressed, str(self._parent.locale)))
        return await self.send_message(view=view, ephemeral=True)

    async def _remove(self) -> None:
        """Take a public "thinking" message away, for certain; raises the library's error."""
        for is_last in (False, False, True):
            try:
                return await self._parent.delete_original_response()
            except discord.NotFound:
                return
            except CUT:
                if is_last:
                    raise

    def _end(self) -> None:
        self._is_given = True
        self._behind.given(self._parent)

    def _sent(self, message_id: int) -> Sent:
        self._end()
        said: Any = {"interaction": {"id": self._parent.id, "response_message_id": message_id}}
        kind = discord.InteractionResponseType.channel_message
        return Sent(data=said, parent=self._parent, state=self._parent._state, type=kind)


def _heed(acknowledged: asyncio.Task[int]) -> None:
    """Its error reaches whoever answers, if anybody does."""
    if not acknowledged.cancelled():
        acknowledged.exception()


def first_answer(interaction: Interaction) -> FirstAnswer:
    """The answer to an interaction that has had its turn."""
    first = interaction.response
    assert isinstance(first, FirstAnswer)
    return first


async def show(first: FirstAnswer, draw: Callable[[], discord.ui.LayoutView]) -> int:
    """Put a card in the place of "thinking"; returns its message's id.

    Raises `NotArrived` if Discord refuses it for good, else `PostError`: delivery tries again.
    """
    try:
        sent = await first.fill(lambda: {"view": write_only(draw())}, within=FILL_SECONDS)
    except discord.HTTPException as error:
        if 400 <= error.status < 500 and not is_passing(error):
            raise NotArrived from error
        raise edit_error(error) from error
    except CUT as error:
        raise PostError(Fate.LATER) from error
    return sent.message_id or 0
