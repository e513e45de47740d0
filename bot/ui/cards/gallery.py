"""The message with all videos of a request for several takes, and the vote on them."""

from collections.abc import Mapping, Sequence
from typing import Any

from discord import ui

from bot.ui.cards.ends import untaken
from bot.ui.cards.film import ShownClip, file_line, film_buttons, shelf, writers
from bot.ui.cards.parts import (
    BUTTON_URL_LIMIT,
    Colour,
    box,
    layout,
    mention,
    options,
    row,
    small,
    take_line,
    text,
    whose,
    words,
)
from bot.ui.escape import escaped
from bot.ui.items import Verb, VerbButton
from bot.ui.money import price_text
from bot.ui.texts import say
from bot.video.values.cards import Card
from bot.video.values.posts import Post, Rung

LABEL_LIMIT = 200  # escapes included


def gallery(
    card: Card,
    post: Post,
    clips: Sequence[ShownClip],
    *,
    per_usd: float,
    ai_label: str = "",
    votes: Mapping[str, int] = {},
) -> ui.LayoutView:
    """The videos side by side, in the order of their numbers. Takes without one are named, and so
    is the requester; the call that sends it decides whether that pings."""
    locale, spec = card.request.server_locale, card.request.spec
    clips = sorted(clips, key=lambda each: each.card.task.take)
    made_by = escaped(ai_label, LABEL_LIMIT) or say("video.ai", locale)
    parts: list[ui.Item[ui.LayoutView]] = [
        text(
            say("video.for_takes", locale, who=mention(card.request.user_id), count=len(clips)),
            *untaken(card, locale),
            f"> {words(spec)}",
            small(f"{made_by} · {options(spec, locale)}"),
            _from(card, per_usd, locale),
        ),
        *shelf(clips, ai_label),
        text(*_files(clips, locale)),
    ]
    if post.rung is not Rung.DM:
        parts.append(row(*(_vote(each, votes, locale) for each in clips)))
    return layout(box(Colour.READY, *parts, row(*film_buttons(card, post, locale))))


def _files(clips: Sequence[ShownClip], locale: str) -> list[str]:
    """The links, whose copies they lead to, and until when all of them do."""
    linked = [each for each in clips if each.address]
    short = [each for each in linked if len(each.address) <= BUTTON_URL_LIMIT]
    links = [f"[{each.card.number}]({each.address})" for each in short]
    line = say("video.files", locale, links=" · ".join(links)) if links else ""
    long = [
        say("card.take_of", locale, number=each.card.number, state=each.address)
        for each in linked
        if each not in short
    ]
    ends = [each.card.task.film_until for each in clips if each.card.task.film_until]
    said = dict.fromkeys(file_line(each, min(ends, default=None)) for each in clips)
    return [*filter(None, [line]), *long, *said]


def _vote(clip: ShownClip, votes: Mapping[str, int], locale: str) -> ui.Item[Any]:
    """A button with how many voted."""
    task, count = clip.card.task, votes.get(clip.card.task.id, 0)
    key = "vote.count" if count else "button.vote"
    label = say(key, locale, number=clip.card.number, count=count)
    return VerbButton(Verb.VOTE, task.id, label=label)


def _from(card: Card, per_usd: float, locale: str) -> str:
    """Which takes of which board, or what they follow."""
    line = take_line(card, locale, price_text(card.price, locale, per_usd))
    authors = [mention(each) for each in writers(card.request)]
    if authors:
        who = mention(card.request.user_id)
        line = "\n".join(
            filter(None, [line, small(say("video.take", locale, who=who, authors=authors))])
        )
    is_own = card.credited_to in (None, card.request.user_id)
    return line or ("" if is_own else whose(card, locale))
