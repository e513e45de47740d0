"""The one place that explains errors to people: what was not done, and what they can do."""

import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from math import ceil

import discord
from discord import app_commands

from bot.errors import ApiError, Cause, CommitUnknown, PostError, Refusal, StorageDown
from bot.ui.escape import escaped
from bot.ui.rest import BLOCKED_LINK, BLOCKED_WORDS, CUT
from bot.ui.texts import is_known, model_name, say

FACT_LIMIT = 200  # characters of a fact that may be a user's text
REFERENCE_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without letters that look alike
UNEXPECTED = "unexpected"
_log = logging.getLogger(__name__)

_CAUSES = {
    Cause.REJECTED: "why.rejected",
    Cause.POLICY: "why.policy",
    Cause.KEY: "why.key",
    Cause.CREDIT: "why.credit",
    Cause.BUSY: "why.busy",
    Cause.NOT_FOUND: "why.not_found",
    Cause.UNAVAILABLE: "why.trouble",
    Cause.UNREADABLE: "why.trouble",
}


_OPTION = discord.AppCommandOptionType
# Objects Discord shows only while they exist; a missing one says nothing about the command.
_RESOLVED = frozenset({_OPTION.user, _OPTION.channel, _OPTION.role, _OPTION.mentionable})

# The first matching type counts.
_KINDS: Sequence[tuple[type[BaseException] | tuple[type[BaseException], ...], str]] = (
    (StorageDown, "error.storage"),
    (CommitUnknown, "error.commit_unknown"),
    (app_commands.NoPrivateMessage, "refusal.guild_only"),
    (app_commands.CheckFailure, "refusal.not_allowed"),
    (
        (
            app_commands.CommandNotFound,
            app_commands.CommandSignatureMismatch,
            app_commands.TransformerError,
        ),
        "error.outdated",
    ),
    ((discord.HTTPException, PostError, *CUT), "error.discord"),
)


# Discord's refusals that last: advice to try again in a moment would be wrong.
_CODES = {
    **dict.fromkeys(BLOCKED_WORDS, "error.blocked_words"),
    BLOCKED_LINK: "error.blocked_link",
    50001: "error.no_permission",
    50013: "error.no_permission",
    160006: "error.threads_full",
    160005: "error.thread_closed",
    50083: "error.thread_closed",
    20035: "error.not_here",  # too few boosts
    50024: "error.not_here",  # impossible in this kind of channel
}


def explain(
    error: BaseException, locale: str, *, choose: Callable[[str], str] = secrets.choice
) -> str:
    """What to tell a person about an error, in their language.

    Unexpected errors are logged here, once, with the reference that the person sees.
    """
    match error:
        case app_commands.TransformerError() if error.type in _RESOLVED:
            return say("error.option_gone", locale)
        case app_commands.CommandInvokeError():
            return explain(error.original, locale, choose=choose)
        case Refusal():
            return _refusal(error, locale, choose)
        case ApiError():
            return say(_CAUSES[error.cause], locale)
        case app_commands.BotMissingPermissions():
            names = permission_names(error.missing_permissions, locale)
            return say("refusal.missing_permissions", locale, permissions=names)
        case discord.RateLimited():
            return say("error.rate_limited", locale, seconds=ceil(error.retry_after))
    if (key := _key_of(error)) is None:
        return _unexpected(error, locale, choose)
    _log.info("Told a person %s: %s", key, error)
    return say(key, locale)


def reason_of(error: BaseException) -> str:
    """One word of our own for what `explain` says; there are about a hundred."""
    match error := getattr(error, "original", error):
        case Refusal():
            return error.reason if is_known(f"refusal.{error.reason}") else UNEXPECTED
        case ApiError():
            return str(error.cause)
        case app_commands.BotMissingPermissions():
            return "missing_permissions"
        case discord.RateLimited():
            return "rate_limited"
    return (_key_of(error) or UNEXPECTED).rpartition(".")[2]


def _key_of(error: BaseException) -> str | None:
    """The text for an error that has no facts of its own."""
    key = _CODES.get(error.code) if isinstance(error, discord.HTTPException | PostError) else None
    return key or next((key for kind, key in _KINDS if isinstance(error, kind)), None)


def words_refused(error: BaseException | None) -> Refusal | None:
    """The refusal for words that Discord does not show, so that nothing was started."""
    code = error.code if isinstance(error, discord.HTTPException) else 0
    if code in BLOCKED_WORDS:
        return Refusal("blocked_words")
    return Refusal("blocked_link") if code == BLOCKED_LINK else None


def _refusal(error: Refusal, locale: str, choose: Callable[[str], str]) -> str:
    key = f"refusal.{error.reason}"
    if not is_known(key):
        return _unexpected(error, locale, choose)
    facts = _facts(error.facts, locale)
    text = say(key, locale, **facts)
    if error.facts.get("is_soon"):
        return f"{text} {say('reply.any_moment', locale)}"
    if error.retry_at is None:
        return text
    own = f"refusal.{error.reason}.retry_at"
    when = own if is_known(own) else "refusal.retry_at"
    return f"{text} {say(when, locale, **facts, at=error.retry_at)}"


def _facts(facts: Mapping[str, object], locale: str) -> dict[str, object]:
    """Facts as they can be shown: users' text escaped, permissions by Discord's names."""
    shown = {
        name: escaped(fact, FACT_LIMIT) if isinstance(fact, str) else fact
        for name, fact in facts.items()
    }
    if "model" in facts:
        shown["model"] = model_name(str(facts["model"]), locale)
    if "permissions" in facts:
        shown["permissions"] = permission_names(facts["permissions"], locale)
    return shown


def permission_names(permissions: object, locale: str) -> Sequence[str]:
    """Permissions as Discord's settings call them, in the reader's language."""
    assert isinstance(permissions, list | tuple | set | frozenset)
    return [
        say(f"permission.{name}", locale) if is_known(f"permission.{name}") else str(name)
        for name in permissions
    ]


def _unexpected(error: BaseException, locale: str, choose: Callable[[str], str]) -> str:
    reference = "".join(choose(REFERENCE_LETTERS) for _ in range(6))
    _log.error("Unexpected error (reference %s)", reference, exc_info=error)
    return say("error.unexpected", locale, reference=reference)
