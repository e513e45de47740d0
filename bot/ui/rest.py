"""What became of a call to Discord: sorts the library's errors into a message's fates.

Codes: https://docs.discord.com/developers/topics/opcodes-and-status-codes#json"""

import aiohttp
import discord

from bot.errors import Fate, PostError

# What the library lets through when a connection fails or is cut.
CUT = (OSError, TimeoutError, aiohttp.ClientError)

TOO_LARGE = 40005
# Temporary refusals, whatever the status: messages are off, too many edits of old messages, slow
# mode, too many writes in a channel or server, too many new direct messages, an overload, a wary
# firewall.
PASSING = frozenset({40003, 40004, 30046, 20016, 20022, 20028, 20029, 40062, 130000, 40333})
BLOCKED_WORDS = frozenset({200000, 200001, 20031})  # by AutoMod or Discord's rules for names
BLOCKED_LINK = 240000
TOKEN_IS_DEAD = 50027
BOT_TOKEN_PAUSE = 600.0  # seconds; Discord refuses the bot's own token, somebody has to act


def edit_error(error: Exception) -> PostError:
    """The fate of an edit; never unknown, since a second edit does no harm."""
    if isinstance(error, discord.HTTPException):
        return _answered(error, on_5xx=Fate.LATER)
    return _unanswered(error, on_cut=Fate.LATER)


def post_error(error: Exception) -> PostError:
    """The fate of a new message; without a definite answer, it may be there."""
    if isinstance(error, discord.HTTPException):
        return _answered(error, on_5xx=Fate.UNKNOWN)
    nothing_sent = isinstance(error, aiohttp.ClientConnectorError)
    return _unanswered(error, on_cut=Fate.LATER if nothing_sent else Fate.UNKNOWN)


def is_passing(error: discord.HTTPException) -> bool:
    """Whether the same call works later. A 403 without a code comes from a firewall, not from
    Discord."""
    is_page = error.status == 403 and not error.code
    return is_page or error.status == 429 or error.code in PASSING


def _answered(error: discord.HTTPException, *, on_5xx: Fate) -> PostError:
    if error.status >= 500:
        return PostError(on_5xx, code=error.code)
    if is_passing(error):
        return PostError(Fate.LATER, code=error.code, retry_after=_retry_after(error))
    if error.status == 401 and error.code != TOKEN_IS_DEAD:
        return PostError(Fate.LATER, code=error.code, retry_after=BOT_TOKEN_PAUSE)
    code = TOO_LARGE if error.status == 413 else error.code
    return PostError(Fate.REFUSED, code=code)


def _unanswered(error: Exception, *, on_cut: Fate) -> PostError:
    if isinstance(error, discord.RateLimited):
        return PostError(Fate.LATER, retry_after=error.retry_after)
    if isinstance(error, CUT):
        return PostError(on_cut)
    raise error


def _retry_after(error: discord.HTTPException) -> float | None:
    """Seconds, from the header; the library hides the figure in the body."""
    try:
        return float(error.response.headers["Retry-After"])
    except (KeyError, ValueError):
        return None
