"""A storyboard's message for all, and the private panels about it: a shot, the board, its price."""

from collections.abc import Sequence
from typing import Any

from discord import ButtonStyle, ui

from bot.ui.cards.parts import (
    Colour,
    box,
    button,
    layout,
    mention,
    message_link,
    options,
    row,
    small,
    text,
)
from bot.ui.escape import escaped
from bot.ui.items import Verb, VerbButton
from bot.ui.money import price_text
from bot.ui.replies import explain
from bot.ui.texts import say
from bot.video.storyboards.edits import LONGEST, problem
from bot.video.storyboards.rights import Hand, may_change, may_run
from bot.video.values.boards import Board, BoardCard, BoardShot, BoardState
from bot.video.values.cards import Card
from bot.video.values.videos import OUTCOMES, SHOTS_LIMIT, State

ON_CARD, IN_PANEL = 300, 1200  # characters of a shot, escapes included
TITLE, NEGATIVE = 120, 100
SHOT_FOR_SHOT, CUT_BY_MODEL = "s", "m"


def board(card: BoardCard, *, per_usd: float) -> ui.LayoutView:
    """The board as it stands, in the server's language."""
    it, locale = card.board, card.board.locale
    parts: list[ui.Item[ui.LayoutView]] = [text(*_head(it))]
    parts += [_shot(it, number, locale) for number in range(1, len(it.shots) + 1)]
    parts += [text(*_sum(card, per_usd))]
    if card.takes:
        parts += [ui.Separator(), text(*_takes(card))]
    if it.state is not BoardState.CLOSED:
        parts.append(_buttons(it))
    return layout(box(_colour(card), *parts))


def shot_panel(it: Board, shot: BoardShot, by: Hand, locale: str) -> ui.LayoutView:
    """One shot in full, with what its reader may do to it."""
    number, subject = it.shots.index(shot) + 1, f"{it.id}.{shot.id}"
    shown = text(_shot_line(number, shot, locale), f"> {escaped(shot.prompt, IN_PANEL)}")
    if not may_change(it, shot, by):
        return layout(shown, text(small(say("board.not_yours", locale))))
    return layout(
        shown,
        row(
            button(Verb.BOARD_EDIT, subject, locale),
            button(Verb.BOARD_MOVE, f"{subject}.e", locale, key="button.board-earlier"),
            button(Verb.BOARD_MOVE, f"{subject}.l", locale, key="button.board-later"),
            button(Verb.BOARD_REMOVE, subject, locale, style=ButtonStyle.danger),
        ),
    )


def board_panel(it: Board, by: Hand, locale: str) -> ui.LayoutView:
    """What one can do with the board as a whole."""
    rows = [row(*_for_all(it, locale))] if it.shots else []
    if may_run(it, by):
        is_locked = it.state is BoardState.LOCKED
        rows.append(
            row(
                button(Verb.BOARD_OPTIONS, it.id, locale),
                button(
                    Verb.BOARD_LOCK,
                    f"{it.id}.{int(not is_locked)}",
                    locale,
                    key="button.board-unlock" if is_locked else "",
                ),
                button(Verb.BOARD_HAND, it.id, locale),
                button(Verb.BOARD_CLOSE, it.id, locale, style=ButtonStyle.danger),
            )
        )
    hint = say("board.panel" if rows else "board.panel_empty", locale)
    return layout(text(hint), *rows)


def render_question(
    it: Board, cut: str, *, price: str, room: Sequence[str], changed: bool, locale: str
) -> ui.LayoutView:
    """Asked once, with the price and what the presser may still make."""
    spec = it.film() if cut == SHOT_FOR_SHOT else it.film_cut_by_model()
    yes = button(
        Verb.BOARD_TAKE,
        f"{it.id}.{it.version}.{cut}",
        locale,
        style=ButtonStyle.primary,
    )
    return layout(
        text(
            say("board.moved_on", locale) if changed else "",
            say(f"board.ask_{cut}", locale, price=price),
            small(options(spec, locale)),
            *map(small, filter(None, room)),
        ),
        row(yes),
    )


def _for_all(it: Board, locale: str) -> list[ui.Item[Any]]:
    subject = f"{it.id}.{CUT_BY_MODEL}"
    return [button(Verb.BOARD_RENDER, subject, locale, key="button.board-cut")]


def _head(it: Board) -> list[str]:
    title = escaped(it.title, TITLE) or say("board.title", it.locale)
    state = "" if it.state is BoardState.OPEN else say(f"board.state.{it.state}", it.locale)
    who = say("board.by", it.locale, who=mention(it.opener_id)) if it.opener_id else ""
    return [f"### {title}", small(" · ".join(filter(None, [who, state])))]


def _shot(it: Board, number: int, locale: str) -> ui.Item[ui.LayoutView]:
    shot = it.shots[number - 1]
    shown = text(_shot_line(number, shot, locale), f"> {escaped(shot.prompt, ON_CARD)}")
    if it.state is BoardState.CLOSED:
        return shown
    label = say("button.board-shot", locale, number=number)
    change: ui.Item[Any] = VerbButton(Verb.BOARD_SHOT, f"{it.id}.{shot.id}", label=label)
    return ui.Section(shown, accessory=change)


def _shot_line(number: int, shot: BoardShot, locale: str) -> str:
    key = "board.shot_fixed" if shot.is_fixed else "board.shot"
    who = mention(shot.author_id)
    return say(key, locale, number=number, seconds=shot.seconds, who=who)


def _sum(card: BoardCard, per_usd: float) -> list[str]:
    it, locale = card.board, card.board.locale
    full = min(LONGEST, it.seconds)
    bar = "█" * full + "░" * (LONGEST - full)
    found = problem(it)
    why_not = found and (explain(found, locale) if it.shots else say("board.empty", locale))
    price = price_text(card.price, locale, per_usd)
    negative = escaped(it.options.negative_prompt, NEGATIVE)
    return [
        say("board.seconds", locale, bar=bar, seconds=it.seconds, most=LONGEST),
        f"⚠️ {why_not}" if why_not else "",
        small(f"{options(it.film(), locale)}" + (f" · {price}" if it.shots else "")),
        small(say("options.negative_prompt", locale, text=negative)) if negative else "",
    ]


def _takes(card: BoardCard) -> list[str]:
    first = card.take_count - len(card.takes) + 1
    return [_take(number, each, card.board) for number, each in enumerate(card.takes, first)]


def _take(number: int, take: Card, it: Board) -> str:
    who, locale = mention(take.task.user_id), it.locale
    state = say(f"videos.state.{take.task.state}", locale)
    if take.task.state is State.RUNNING:
        state = say("board.take_running", locale, percent=min(100, max(0, take.task.progress)))
    link = message_link(take)
    if take.task.deleted_by is not None:
        state, link = say("videos.state.deleted", locale), None
    if link is not None:
        state = f"[{state}]({link})"
    return say("board.take", locale, number=number, who=who, state=state)


def _buttons(it: Board) -> ui.ActionRow[ui.LayoutView]:
    locale = it.locale
    shown = []
    if len(it.shots) < SHOTS_LIMIT:
        shown.append(button(Verb.BOARD_ADD, it.id, locale, style=ButtonStyle.primary))
    if problem(it) is None:
        shown.append(
            button(Verb.BOARD_RENDER, f"{it.id}.{SHOT_FOR_SHOT}", locale, style=ButtonStyle.success)
        )
    return row(*shown, button(Verb.BOARD_MORE, it.id, locale))


def _colour(card: BoardCard) -> Colour:
    if card.board.state is BoardState.CLOSED:
        return Colour.WAITING
    if any(each.task.state not in OUTCOMES for each in card.takes):
        return Colour.RENDERING
    return Colour.READY if problem(card.board) is None else Colour.WAITING
