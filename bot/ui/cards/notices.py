"""Lines that nobody asked for: to the operator, or to a requester whose reply is gone."""

from datetime import UTC, datetime

from discord import ui

from bot.ui.cards.ends import cancelled, failed, lost
from bot.ui.cards.failures import is_worth_repeating
from bot.ui.cards.parts import button, layout, mention, row, text
from bot.ui.escape import escaped
from bot.ui.items import Verb
from bot.ui.texts import is_known, say
from bot.video.values.cards import Card
from bot.video.values.contents import (
    BlockedContent,
    BudgetContent,
    OperatorContent,
    PersonContent,
    UnblockedContent,
)
from bot.video.values.videos import State

FACT_LIMIT = 200
OPERATOR_LOCALE = "en-US"  # the log and the documentation are English, too


def personal(said: PersonContent) -> list[str]:
    """What a moderator's act means for a person, in that person's last known language."""
    locale, server = said.locale, escaped(said.server, FACT_LIMIT)
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
    """The outcome, in public: names the requester but neither reason nor prompt. A direct message
    offers no retry, since videos are made in servers."""
    locale, task = card.request.server_locale, card.task
    who = mention(card.request.user_id)
    if task.state is State.LOST:
        again = row(button(Verb.AGAIN, task.id, locale, key="button.again_lost"))
        truth, money = lost(card, locale)
        return layout(text(f"{who} {truth}", money), *([] if in_dm else [again]))
    if task.state is State.CANCELLED and task.remote_id is None:
        return layout(text(f"{who} {cancelled(card, locale)}"))
    buttons = [button(Verb.WHY, task.id, locale)]
    if is_worth_repeating(task) and not in_dm:
        buttons.append(button(Verb.AGAIN, task.id, locale))
    return layout(text(f"{who} {failed(card, locale)}"), row(*buttons))
