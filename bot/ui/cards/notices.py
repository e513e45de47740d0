"""Lines that nobody asked for: to the operator, or to a requester whose reply is gone."""

import json
from datetime import UTC, datetime

from discord import ui

from bot.ui.cards.ends import cancelled, failed, lost
from bot.ui.cards.failures import is_worth_repeating
from bot.ui.cards.parts import button, layout, mention, row, text
from bot.ui.escape import escaped
from bot.ui.items import Verb
from bot.ui.texts import is_known, say
from bot.video.values.cards import Card
from bot.video.values.posts import Post, Rung
from bot.video.values.videos import State

FACT_LIMIT = 200
OPERATOR_LOCALE = "en-US"  # the log and the documentation are English, too


def notice(post: Post, card: Card | None, *, locale: str = OPERATOR_LOCALE) -> ui.LayoutView:
    """With a card, the truth about a video for its requester. Without one, news for the operator,
    for a blocked person or, in the server's language, for its moderators."""
    if card is not None:
        return _outcome(card, in_dm=post.rung is Rung.DM)
    if post.subject.startswith("person."):
        return layout(text(*personal(post)))
    return layout(text(_news(post, locale)))


def personal(post: Post) -> list[str]:
    """What a moderator's act means for a person, in that person's last known language."""
    facts = json.loads(post.content)
    locale, server = facts["locale"], escaped(facts["server"], FACT_LIMIT)
    if post.subject == "person.unblocked":
        return [say("person.unblocked", locale, server=server)]
    if post.subject == "person.moderators_gone":
        return [say("person.moderators_gone", locale, server=server)]
    until, reason = facts["until"], escaped(facts["reason"], FACT_LIMIT)
    ends = None if until is None else datetime.fromtimestamp(until, UTC)
    return [
        say("person.blocked", locale, server=server)
        if ends is None
        else say("person.blocked_until", locale, server=server, until=ends),
        reason and say("person.reason", locale, reason=reason),
        say("person.ask", locale),
    ]


def _news(post: Post, locale: str) -> str:
    said = json.loads(post.content)
    locale = said.pop("locale", None) or locale  # the server's setting
    if post.subject.startswith("operator."):
        locale = OPERATOR_LOCALE
    facts = {
        name: escaped(fact, FACT_LIMIT) if isinstance(fact, str) else fact
        for name, fact in said.items()
    }
    if is_known(post.subject):
        return say(post.subject, locale, **facts)
    return say("operator.other", locale, cause=escaped(post.subject, FACT_LIMIT))


def _outcome(card: Card, *, in_dm: bool) -> ui.LayoutView:
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
