"""The first response to an interaction, and private replies: what arrived and what did not.

Discord accepts the first response for 3 s, and edits by token for 15 min (docs: interactions)."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

import discord

from bot.clock import Clock
from bot.errors import Fate, HeardBefore, PostError, Refusal
from bot.ui.cards.offers import with_offer
from bot.ui.items import write_only
from bot.ui.pauses import ways_on
from bot.ui.replies import explain
from bot.ui.rest import is_passing, post_error

Interaction = discord.Interaction[Any]
T = TypeVar("T")

WINDOW = timedelta(seconds=3)
TOKEN_LIFE = timedelta(minutes=15)
LOOKS = (0.0, 1.0, 2.0)  # seconds before each look for a doubtful response; then delivery looks
ALREADY_ANSWERED = 40060
PATIENCE = 1.0  # seconds
TELL_SECONDS = 10.0
LATE_SECONDS = 600.0  # to somebody who waits anyway; their token lives for 15 minutes
_log = logging.getLogger(__name__)


class NotArrived(Exception):
    """The first response is known to be missing. The cause is Discord's error, if any."""


SILENT = (HeardBefore, NotArrived)  # somebody else answers, or nobody can
IsOurs = Callable[[discord.Message], bool]


async def answer(
    interaction: Interaction,
    view: discord.ui.LayoutView,
    *,
    is_ours: IsOurs,
    clock: Clock,
    until: datetime,
) -> int:
    """Send `view` as the first response and return its message id.

    Tries until `until`, by our clock. Raises `NotArrived`, also if `is_ours` says that another
    process's response is there, or `PostError` with fate unknown if looking gave no proof either.
    """
    sealed = write_only(view)
    cause: Exception | None = None
    ends = clock.monotonic() + (until - clock.now()).total_seconds()
    while (left := ends - clock.monotonic()) > 0:
        try:
            async with asyncio.timeout(left):
                sent = await interaction.response.send_message(view=sealed)
            if sent.message_id is not None:
                return sent.message_id
            break
        except discord.InteractionResponded:  # an earlier try had arrived
            cause = None
            break
        except discord.HTTPException as error:
            if error.code == ALREADY_ANSWERED:
                cause = None
                break
            if 400 <= error.status < 500 and not is_passing(error):
                raise NotArrived from error
            cause = error
        except Exception as error:  # cut or timed out: look below whether it arrived
            _log.warning("First response in doubt, looking for it: %s", type(error).__name__)
            cause = PostError(Fate.UNKNOWN)
        await clock.sleep(0.2)
    return await _look(interaction, sealed, is_ours, clock=clock, ends=ends, cause=cause)


async def _look(
    interaction: Interaction,
    sealed: discord.ui.LayoutView,
    is_ours: IsOurs,
    *,
    clock: Clock,
    ends: float,
    cause: Exception | None,
) -> int:
    """The id of a doubtful response. It counts as missing only after Discord's window."""
    await clock.sleep(0.0 if cause is None else ends - clock.monotonic())
    for pause in LOOKS:
        await clock.sleep(pause)
        try:
            async with asyncio.timeout(10):
                found = await interaction.original_response()
            if found.flags.loading:  # deferred by a process that leaves it to us
                await interaction.edit_original_response(view=sealed)
            elif not is_ours(found):  # another process with our token was first
                raise NotArrived from HeardBefore()
            return found.id
        except NotArrived:
            raise
        except discord.NotFound:
            raise NotArrived from cause
        except Exception as error:  # the next look may tell
            _log.warning("Could not look for the first response: %s", type(error).__name__)
    raise PostError(Fate.UNKNOWN) from cause


async def refuse(interaction: Interaction, error: Exception) -> None:
    """Explain an error to the person, in private, with possible alternatives."""
    locale = str(interaction.locale)
    cause = getattr(error, "original", error)  # a command's error comes wrapped
    if isinstance(cause, HeardBefore):
        _log.info("Ignored an interaction that was heard before", extra={"action": "heard_before"})
    if isinstance(cause, SILENT):
        return
    if isinstance(cause, Refusal) and cause.offer is not None:
        await tell(interaction, view=with_offer(explain(error, locale), cause.offer, locale))
    elif buttons := await ways_on(interaction, cause):
        view = discord.ui.LayoutView(timeout=None)
        view.add_item(discord.ui.TextDisplay(explain(error, locale)))
        view.add_item(discord.ui.ActionRow(*buttons))
        await tell(interaction, view=view)
    else:
        await tell(interaction, explain(error, locale))


async def tell(
    interaction: Interaction,
    text: str = "",
    *,
    view: Any = None,
    files: Sequence[discord.File] = (),
) -> None:
    """Reply in private, first response or not. Logs what cannot be delivered, never raises."""
    shown: dict[str, Any] = {"view": write_only(view)} if view is not None else {"content": text}
    if files:
        shown["files"] = files
    is_late = getattr(interaction.response, "is_deferred", False)
    try:
        async with asyncio.timeout(LATE_SECONDS if is_late else TELL_SECONDS):
            await _say(interaction, shown, waits=is_late)
    except Exception as error:  # nobody is left to tell
        _log.warning("Could not send a private reply: %s", type(error).__name__)


async def _say(interaction: Interaction, shown: Mapping[str, Any], *, waits: bool) -> None:
    """Reply in private; `waits` as long as Discord wants, as after a crowd's refusals."""
    while True:
        try:
            if interaction.response.is_done():
                await interaction.followup.send(**shown, ephemeral=True)
            else:
                await interaction.response.send_message(**shown, ephemeral=True)
            return
        except discord.HTTPException as error:
            if error.status != 429 or not waits:
                raise
            await asyncio.sleep(post_error(error).retry_after or 1.0)


async def with_patience(interaction: Interaction, work: Coroutine[Any, Any, T]) -> T:
    """What the work comes to. If it takes longer than a moment, the person sees that it is being
    worked on, in private."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait([task], timeout=PATIENCE)
        if not task.done():
            await interaction.response.defer(ephemeral=True, thinking=True)
        return await task
    finally:
        task.cancel()


async def settle(interaction: Interaction, view: discord.ui.LayoutView) -> None:
    """Answer a confirmation: a form in private, an older question's button in place."""
    if interaction.type is discord.InteractionType.modal_submit:
        await tell(interaction, view=view)
    else:
        await interaction.response.edit_message(view=write_only(view))


def line(text: str) -> discord.ui.LayoutView:
    """One line, to replace a message that was drawn as a card."""
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(discord.ui.TextDisplay(text))
    return view
