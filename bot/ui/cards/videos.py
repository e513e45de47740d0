"""The private cards of `/videos`: the list, one video in full, and the inbox."""

from collections.abc import Mapping, Sequence, Set
from datetime import datetime
from typing import Any

from discord import ButtonStyle, ui

from bot.ui.cards.ends import lost
from bot.ui.cards.failures import is_worth_repeating, shows_prompt
from bot.ui.cards.notices import personal
from bot.ui.cards.parts import (
    BUTTON_URL_LIMIT,
    Colour,
    board_link,
    box,
    button,
    cheaper_line,
    cover_buttons,
    description,
    layout,
    link_button,
    mention,
    message_link,
    options,
    repeat_button,
    row,
    shown_url,
    small,
    text,
    words,
)
from bot.ui.film_message import Sight, Whereabouts
from bot.ui.items import Verb
from bot.ui.money import price_text
from bot.ui.texts import say
from bot.video.outbox.film_post import file_of
from bot.video.values.boards import Lineage
from bot.video.values.cards import Card
from bot.video.values.contents import PersonContent
from bot.video.values.posts import Post
from bot.video.values.videos import OUTCOMES, State

ROW_PROMPT = 80  # characters
FULL_PROMPT = 1200
LINES = 5
_COLOURS = {
    State.RUNNING: Colour.RENDERING,
    State.COMPLETED: Colour.READY,
    State.FAILED: Colour.TROUBLE,
    State.LOST: Colour.TROUBLE,
}


def film_list(
    films: Sequence[Card],
    *,
    locale: str,
    page: int,
    has_more: bool,
    sought: str = "",
    covered: Set[str] = frozenset(),
    is_cut: bool = False,
) -> ui.LayoutView:
    """One's own videos or the found ones, newest first; `page` counts from 0, ten videos each.
    `sought` holds the filters for the buttons. Prompts of `covered` tasks are hidden. `is_cut` says
    that older videos were not searched."""
    head = say("videos.found" if sought else "videos.title", locale)
    if page:
        head += " · " + say("videos.page", locale, page=page + 1)
    turns = []
    if page:
        turns.append(button(Verb.PAGE, f"{page - 1}{sought}", locale, key="button.newer"))
    if has_more:
        turns.append(button(Verb.PAGE, f"{page + 1}{sought}", locale, key="button.older"))
    rows = [_row(card, locale, is_covered=card.task.id in covered) for card in films] or [
        text(say("videos.none_found" if sought else "videos.none", locale))
    ]
    end = [text(small(say("videos.cut", locale)))] if is_cut else []
    return layout(text(f"**{head}**"), *rows, *end, *([row(*turns)] if turns else []))


def inbox(
    films: Sequence[Card],
    lines: Sequence[Post],
    *,
    locale: str,
    now: datetime,
    kept: Mapping[str, str | None],
) -> ui.LayoutView:
    """What could not be delivered: at most ten videos, each with a button to its file, and
    moderators' messages. `kept` maps videos' ids to our own copies."""
    if not films and not lines:
        return layout(text(say("videos.inbox_none", locale)))
    said = [
        text(*personal(line.content))
        for line in lines[:LINES]
        if isinstance(line.content, PersonContent)
    ]
    head = [text(f"**{say('videos.inbox', locale)}**")] if films else []
    return layout(
        *said, *head, *(_kept(card, locale, now, kept.get(card.task.id)) for card in films)
    )


def film_details(
    card: Card,
    *,
    locale: str,
    now: datetime,
    per_usd: float,
    price: int | None,
    found: Whereabouts,
    lineage: Lineage | None = None,
    is_covered: bool = False,
    is_for_moderator: bool = False,
) -> ui.LayoutView:
    """Everything about one video. `price` is today's price of making it again, in units; `found`
    says where it is now, `lineage` what it came from. A covered video has no buttons.
    Moderators can remove others' videos instead of making similar ones."""
    task = card.task
    again_price = "" if price is None else price_text(price, locale, per_usd)
    links = text(_message(card, locale, found), _file(card, locale, now, again_price, found))
    parts: list[ui.Item[ui.LayoutView]] = [
        text(f"**{_state(card, locale)}**", *_made_of(card, locale, per_usd, is_covered))
    ]
    if is_covered:
        return layout(box(_COLOURS.get(task.state, Colour.WAITING), *parts))
    if lineage is not None and (came_from := _lineage(lineage, locale)):
        parts.append(text(*map(small, came_from)))
    if links.content:
        parts.append(links)
    if task.state is State.LOST:
        parts.append(text(*lost(card, locale)))
    if acts := _removals(card, locale) if is_for_moderator else _repeats(card, locale):
        parts.append(row(*acts))
    if lineage is not None and lineage.films:
        nearest = lineage.films[0].task.id
        parts.append(row(button(Verb.SHOW, nearest, locale, key="button.came_from")))
    return layout(box(_COLOURS.get(task.state, Colour.WAITING), *parts))


def _removals(card: Card, locale: str) -> list[ui.Item[Any]]:
    """What moderators do with somebody else's video."""
    task = card.task
    if task.deleted_by is not None:
        return []
    purge = button(Verb.PURGE, task.id, locale, style=ButtonStyle.danger)
    return [purge, *cover_buttons(card, locale)]


def _repeats(card: Card, locale: str) -> list[ui.Item[Any]]:
    """The ways to make a similar video, with the public card's warning."""
    task = card.task
    if task.state not in OUTCOMES or not shows_prompt(task):
        return []
    if task.state is State.LOST:
        return [repeat_button(Verb.AGAIN, card, locale, key="button.again_lost")]
    again = [repeat_button(Verb.AGAIN, card, locale)] if is_worth_repeating(task) else []
    return [*again, button(Verb.EDIT, task.id, locale)]


def _made_of(card: Card, locale: str, per_usd: float, is_covered: bool) -> list[str]:
    task, spec = card.task, card.request.spec
    cost = say("card.price", locale, price=price_text(task.price, locale, per_usd))
    who = mention(task.user_id)
    return [
        small(say("videos.id", locale, id=task.id, who=who, when=task.created_at)),
        description(spec, locale, FULL_PROMPT) if shows_prompt(task) and not is_covered else "",
        small(f"{options(spec, locale)} · {cost}"),
        small(cheaper_line(card, locale)),
    ]


def _row(card: Card, locale: str, *, is_covered: bool = False) -> ui.Item[ui.LayoutView]:
    line = text(_line(card, locale, is_covered=is_covered))
    return ui.Section(line, accessory=button(Verb.SHOW, card.task.id, locale))


def _kept(card: Card, locale: str, now: datetime, kept_at: str | None) -> ui.Item[ui.LayoutView]:
    """A row of the inbox; shows the whole video if its link does not fit in a button."""
    kept = shown_url(kept_at)
    url, until = (kept, None) if kept else (shown_url(card.task.film_url), card.task.film_until)
    works = until is None or until > now
    if url is None or len(url) > BUTTON_URL_LIMIT or not works:
        return _row(card, locale)
    until_when = small(say("videos.link_until", locale, until=until)) if until else ""
    file = link_button("button.file", url, locale)
    return ui.Section(text(_line(card, locale), until_when), accessory=file)


def _line(card: Card, locale: str, *, is_covered: bool = False) -> str:
    is_shown = shows_prompt(card.task) and not is_covered
    prompt = _named(card, locale) if is_shown else ""
    state, when = _state(card, locale), card.task.created_at
    return say("videos.row", locale, state=state, when=when, prompt=prompt).rstrip(" ·")


def _named(card: Card, locale: str) -> str:
    """Its prompt, or which take of a board it is; the number of one of several."""
    if card.take is not None:
        return say("videos.take", locale, number=card.number, board=card.take.board)
    prompt = words(card.request.spec, ROW_PROMPT)
    take = say("board.take_number", locale, number=card.number) if card.task.take else ""
    return " · ".join(filter(None, [prompt, take]))


def _state(card: Card, locale: str) -> str:
    is_deleted = card.task.deleted_by is not None
    return say(f"videos.state.{'deleted' if is_deleted else card.task.state}", locale)


def _lineage(lineage: Lineage, locale: str) -> list[str]:
    """The board it is a take of, and the videos that led to it, nearest first."""
    lines = []
    if (take := lineage.take) is not None:
        line = say("videos.take", locale, number=take.number, board=take.board)
        lines.append(" · ".join([line, *board_link(take, locale)]))
    for film in lineage.films:
        who, prompt = mention(film.task.user_id), words(film.request.spec, ROW_PROMPT)
        shown = prompt if shows_prompt(film.task) else ""
        line = say("videos.came_from", locale, id=film.task.id, who=who, prompt=shown)
        lines.append(line.rstrip(" ·"))
    return lines


def _message(card: Card, locale: str, found: Whereabouts) -> str:
    link = message_link(card.film)
    if link is None or found.message is Sight.GONE:
        return ""
    return say("videos.message", locale, link=link)


def _file(card: Card, locale: str, now: datetime, price: str, found: Whereabouts) -> str:
    """Where its file is, or since when it is gone and what another one costs."""
    if card.task.deleted_by is not None or card.task.state is not State.COMPLETED:
        return ""
    if url := shown_url(found.url) or shown_url(found.kept_at):
        return say("videos.file", locale, url=url)
    was_kept = card.film is not None and file_of(card.film).kept_at is not None
    lines = [say("videos.kept_gone", locale)] if was_kept else []
    if link := _own_link(card, locale, now):
        return " ".join([*lines, link])
    if found.message is Sight.UNKNOWN and not was_kept:
        return say("videos.file_unknown", locale)
    if (until := card.task.film_until) is not None:
        lines.append(say("videos.file_gone", locale, until=until))
    if lines and price:
        lines.append(say("videos.again_costs", locale, price=price))
    return " ".join(lines)


def _own_link(card: Card, locale: str, now: datetime) -> str:
    """The video service's own link, while it works."""
    url, until = shown_url(card.task.film_url), card.task.film_until
    if url is None or (until is not None and until <= now):
        return ""
    if until is None:
        return say("videos.file", locale, url=url)
    return say("videos.file_until", locale, url=url, until=until)
