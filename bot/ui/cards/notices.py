"""Lines that nobody asked for: to the operator, or to a requester who gets no video."""

from datetime import UTC, datetime

from discord import ui
from msgspec.structs import replace

from bot.ui.cards.ends import cancelled, cancelled_verbs, failed, failed_verbs, lost, telling
from bot.ui.cards.parts import layout, mention, message_link, repeat_button, row, small, text
from bot.ui.escape import escaped
from bot.ui.items import Verb
from bot.ui.texts import is_known, say
from bot.video.values.cards import Card
from bot.video.values.contents import (
    BlockedContent,
    BudgetContent,
    CallContent,
    OperatorContent,
    PersonContent,
    UnblockedContent,
    WelcomeContent,
)
from bot.video.values.posts import PostState
from bot.video.values.videos import State

FACT_LIMIT = 200
OPERATOR_LOCALE = "en-US"  # the log and the documentation are English, too


def personal(said: PersonContent) -> list[str]:
    """What a moderator's act or the bot's arrival means, in the language that was last known."""
    locale, server = said.locale, escaped(said.server, FACT_LIMIT) or "…"
    if isinstance(said, WelcomeContent):
        return [say("person.welcome", locale, server=server), say("person.setup", locale)]
    if not isinstance(said, BlockedContent):
        is_unblocked = isinstance(said, UnblockedContent)
        key = "person.unblocked" if is_unblocked else "person.moderators_gone"
        return [say(key, locale, server=server)]
    reason = escaped(said.reason, FACT_LIMIT)
    ends = None if said.until is None else datetime.fromtimestamp(said.until, UTC)
    return [
        say("person.blocked", locale, server=server)
        if ends is None
        else say("person.blocked_until", locale, server=server, until=ends),
        reason and say("person.reason", locale, reason=reason),
        say("person.ask", locale),
    ]


def person_notice(said: PersonContent) -> ui.LayoutView:
    """The lines for a person, as a message."""
    return layout(text(*personal(said)))


def budget_notice(said: BudgetContent, locale: str) -> ui.LayoutView:
    """How much of a budget is used; in the server's own language, if it set one."""
    facts = {"share": said.share, "spent": said.spent, "budget": said.budget}
    return layout(text(say(said.text_key, said.locale or locale, **facts)))


def call_notice(said: CallContent, locale: str) -> ui.LayoutView:
    """How much waits for moderators, after their quiet hours."""
    facts = {"role": said.calls, "count": said.waiting}
    return layout(text(say("calls.waiting", said.locale or locale, **facts)))


def operator_notice(said: OperatorContent) -> ui.LayoutView:
    """News for the operator; a cause without a text shows its name."""
    key = f"operator.{said.cause}"
    facts = {
        name: escaped(fact, FACT_LIMIT) if isinstance(fact, str) else fact
        for name, fact in said.facts.items()
    }
    if is_known(key):
        return layout(text(say(key, OPERATOR_LOCALE, **facts)))
    cause = escaped(said.cause, FACT_LIMIT)
    return layout(text(say("operator.other", OPERATOR_LOCALE, cause=cause)))


def outcome(card: Card, *, in_dm: bool) -> ui.LayoutView:
    """The outcome, in public: names the requester but neither reason nor prompt, and links to the
    card. A direct message offers no retry, since videos are made in servers."""
    card = replace(telling(card), takes=(), reply=card.reply)
    locale, task = card.request.server_locale, card.task
    if task.state is State.LOST:
        lines = lost(card, locale)
        offers = {Verb.AGAIN: "button.again_lost"}
    elif task.state is State.CANCELLED and task.remote_id is None:
        lines = [cancelled(card, locale)]
        offers = dict.fromkeys(cancelled_verbs(card), "")
    else:
        lines = [failed(card, locale)]
        offers = dict.fromkeys(failed_verbs(card), "")
    buttons = [
        repeat_button(verb, card, locale, key=key)
        for verb, key in offers.items()
        if not (in_dm and verb in (Verb.AGAIN, Verb.EDIT))
    ]
    shown = text(f"{mention(card.request.user_id)} {lines[0]}", *lines[1:], _link(card, locale))
    return layout(shown, *([row(*buttons)] if buttons else []))


def _link(card: Card, locale: str) -> str:
    """The link to the card, unless that is gone."""
    link = message_link(card.reply)
    if card.reply is None or card.reply.state is PostState.GONE or link is None:
        return ""
    return small(say("end.card", locale, link=link))
