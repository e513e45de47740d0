"""The first response to an interaction, and private replies: what arrived and what did not.

Discord takes the first response for 3 s, and edits by the token for 15 min (docs: interactions)."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import discord

from bot.clock import Clock
from bot.errors import Fate, HeardBefore, PostError, Refusal
from bot.ui.cards.offers import with_offer
from bot.ui.items import write_only
from bot.ui.replies import explain
from bot.ui.rest import is_passing

Interaction = discord.Interaction[Any]

WINDOW = timedelta(seconds=3)
TOKEN_LIFE = timedelta(minutes=15)
LOOKS = (0.0, 1.0, 2.0)  # seconds before each look for a response in doubt; then others look
ALREADY_ANSWERED = 40060
_log = logging.getLogger(__name__)


class NotArrived(Exception):
    """The first response is known not to be there. The cause is what Discord said, where it did."""


IsOurs = Callable[[discord.Message], bool]


async def answer(
    interaction: Interaction,
    view: discord.ui.LayoutView,
    *,
    is_ours: IsOurs,
    clock: Clock,
    until: datetime,
) -> int:
    """Show `view` as the first response and return its message id.

    Tries until `until`, the end of the window by our clock. Raises `NotArrived`, also where the
    response that is there is another's, by `is_ours`, or `PostError` with fate unknown when even
    looking for it gave no proof.
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
        except discord.InteractionResponded:  # an earlier try had arrived, unreadable answer or not
            cause = None
            break
        except discord.HTTPException as error:
            if error.code == ALREADY_ANSWERED:
                cause = None
                break
            if 400 <= error.status < 500 and not is_passing(error):
                raise NotArrived from error
            cause = error
        except Exception as error:  # cut, timed out: whether it took effect is looked up below
            _log.warning("first response in doubt: %s", type(error).__name__)
            cause = PostError(Fate.UNKNOWN)
        await clock.sleep(0.2)
    return await _look(interaction, is_ours, clock=clock, ends=ends, cause=cause)


async def _look(
    interaction: Interaction,
    is_ours: IsOurs,
    *,
    clock: Clock,
    ends: float,
    cause: Exception | None,
) -> int:
    """The id of a response in doubt. Only after the window is a missing one final."""
    await clock.sleep(0.0 if cause is None else ends - clock.monotonic())
    for pause in LOOKS:
        await clock.sleep(pause)
        try:
            async with asyncio.timeout(10):
                found = await interaction.original_response()
            if not is_ours(found):  # another process with our token was first
                raise NotArrived from HeardBefore()
            return found.id
        except NotArrived:
            raise
        except discord.NotFound:
            raise NotArrived from cause
        except Exception as error:  # the next look may tell
            _log.warning("cannot look for the first response: %s", type(error).__name__)
    raise PostError(Fate.UNKNOWN) from cause


async def refuse(interaction: Interaction, error: Exception) -> None:
    """Explain an error to the person, in private, with what is possible instead."""
    locale = str(interaction.locale)
    cause = getattr(error, "original", error)  # what a command raised comes wrapped
    if isinstance(cause, HeardBefore):
        _log.info("an interaction was heard before", extra={"action": "heard_before"})
        return  # whoever acts for it answers
    if isinstance(cause, Refusal) and cause.offer is not None:
        await tell(interaction, view=with_offer(explain(error, locale), cause.offer, locale))
    else:
        await tell(interaction, explain(error, locale))


async def tell(
    interaction: Interaction,
    text: str = "",
    *,
    view: Any = None,
    files: Sequence[discord.File] = (),
) -> None:
    """Reply in private, first response or not. What cannot be delivered is logged, not raised."""
    shown: dict[str, Any] = {"view": write_only(view)} if view is not None else {"content": text}
    if files:
        shown["files"] = files
    try:
        async with asyncio.timeout(10):
            if interaction.response.is_done():
                await interaction.followup.send(**shown, ephemeral=True)
            else:
                await interaction.response.send_message(**shown, ephemeral=True)
    except Exception as error:  # nobody is left to tell
        _log.warning("a private reply did not arrive: %s", type(error).__name__)


def line(text: str) -> discord.ui.LayoutView:
    """One line, where a message that was drawn as a card is to be replaced."""
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(discord.ui.TextDisplay(text))
    return view
