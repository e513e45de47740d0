"""A storyboard's message, and its private panels: a shot, the board, the price."""

from collections.abc import Sequence
from typing import Any

from discord import ButtonStyle, SelectOption, ui

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
from bot.ui.forms import Choice, form, select_field
from bot.ui.items import CustomId, Verb, VerbButton
from bot.ui.money import price_text
from bot.ui.replies import explain
from bot.ui.texts import board_name, say
from bot.video.storyboards.edits import is_shown, problem, shortened
from bot.video.storyboards.rights import Hand, may_change, may_run
from bot.video.values.boards import Board, BoardCard, BoardShot, BoardState
from bot.video.values.cards import Card
from bot.video.values.videos import OUTCOMES, State, VideoTask

ON_CARD, IN_PANEL = 300, 1200  # characters of a shot, escapes included
TITLE, NEGATIVE = 120, 100
SHOT_FOR_SHOT, CUT_BY_MODEL = "s", "m"
TAKES = "takes"  # the name of a form's field
NO_TAKE = "-"  # no take is the best
VOTE_BUTTONS = 5  # in a row
TAKES_OFFERED = 24  # of a select's 25 options


def board(card: BoardCard, *, per_usd: float) -> ui.LayoutView:
    """The board as it is now, in the server's language."""
    board, locale = card.board, card.board.locale
    parts: list[ui.Item[ui.LayoutView]] = [text(*_head(board))]
    parts += [_shot(board, number, locale) for number in range(1, len(board.shots) + 1)]
    parts += [text(*_sum(card, per_usd))]
    if card.takes:
        parts += [ui.Separator(), text(*_takes(card))]
    if board.state is not BoardState.CLOSED:
        parts += [*_votes(card), _buttons(board)]
    return layout(box(_colour(card), *parts))


def board_link(board: Board) -> ui.LayoutView:
    """A line that leads from a channel to a board in a thread."""
    where, locale = f"<#{board.channel_id}>", board.locale
    line = say("board.announced", locale, board=board.name, where=where)
    return layout(text(line, small(_who(board))))


def shortened_lines(before: Board, after: Board, locale: str) -> list[str]:
    """Whose shots a new one shortened, and by how much."""
    return [
        say(
            "board.shortened",
            locale,
            number=number,
            who=mention(shot.author_id),
            before=seconds,
            seconds=shot.seconds,
        )
        for number, shot, seconds in shortened(before, after)
    ]


def shot_panel(board: Board, shot: BoardShot, by: Hand, locale: str) -> ui.LayoutView:
    """One shot in full, with what its reader may do to it."""
    number, subject = board.shots.index(shot) + 1, f"{board.id}.{shot.id}"
    shown = text(_shot_line(number, shot, locale), f"> {escaped(shot.prompt, IN_PANEL)}")
    if not may_change(board, shot, by):
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


def board_panel(
    board: Board,
    by: Hand,
    takes: Sequence[tuple[int, VideoTask]],
    locale: str,
    *,
    has_showcase: bool = False,
) -> ui.LayoutView:
    """What a person can do with the whole board; `takes` are the finished ones."""
    rows = [row(*_for_all(board, locale))] if board.shots else []
    if may_run(board, by):
        is_locked = board.state is BoardState.LOCKED
        rows.append(
            row(
                button(Verb.BOARD_OPTIONS, board.id, locale),
                button(
                    Verb.BOARD_LOCK,
                    f"{board.id}.{int(not is_locked)}",
                    locale,
                    key="button.board-unlock" if is_locked else "",
                ),
                button(Verb.BOARD_HAND, board.id, locale),
                button(Verb.BOARD_CLOSE, board.id, locale, style=ButtonStyle.danger),
            )
        )
        if takes:
            rows.append(row(_best(board, takes, locale)))
        if has_showcase and board.best in [take.id for _, take in takes]:
            best = str(board.best)
            rows.append(row(button(Verb.SHOWCASE, best, locale, key="button.showcase_best")))
    hint = say("board.panel" if rows else "board.panel_empty", locale)
    return layout(text(hint), *rows)


def _best(board: Board, takes: Sequence[tuple[int, VideoTask]], locale: str) -> ui.Item[Any]:
    """The choice of the best take, among the latest."""
    chosen = [
        SelectOption(
            label=say("board.take_number", locale, number=number),
            value=take.id,
            default=take.id == board.best,
        )
        for number, take in takes[-TAKES_OFFERED:]
    ]
    none = SelectOption(label=say("board.no_best", locale), value=NO_TAKE)
    return ui.Select(
        custom_id=str(CustomId(Verb.BOARD_BEST, board.id)),
        placeholder=say("board.choose_best", locale),
        options=[none, *chosen],
    )


def render_form(
    board: Board,
    cut: str,
    *,
    prices: Sequence[str],
    room: Sequence[str],
    locale: str,
    takes: int = 1,
    being_made: int = 0,
) -> ui.Modal:
    """The question before rendering, with the prices of one take and more, and what the person can
    still make. `takes` is the number to begin with, `being_made` how many takes there will be."""
    begun = say("board.being_made", locale, count=being_made) if being_made else ""
    asked = text(_priced(board, cut, prices[0], locale), begun, *map(small, filter(None, room)))
    numbers = select_field(
        TAKES,
        "modal.board-take.takes",
        locale,
        choices=[
            Choice(
                value=str(count),
                label=say("options.takes", locale, count=count),
                about=price,
            )
            for count, price in enumerate(prices, start=1)
        ],
        chosen=str(min(takes, len(prices))),
    )
    return form(Verb.BOARD_TAKE, f"{board.id}.{board.version}.{cut}", locale, asked, numbers)


def render_again(board: Board, cut: str, *, price: str, takes: int, locale: str) -> ui.LayoutView:
    """Says that the board changed since the question, with the new price and a button that asks
    again for as many takes."""
    subject = f"{board.id}.{cut}.{takes}"
    again = button(Verb.BOARD_RENDER, subject, locale, key="button.rewrite")
    return layout(
        text(say("board.moved_on", locale), _priced(board, cut, price, locale)), row(again)
    )


def _priced(board: Board, cut: str, price: str, locale: str) -> str:
    spec = board.film() if cut == SHOT_FOR_SHOT else board.film_cut_by_model()
    return f"{say(f'board.ask_{cut}', locale, price=price)}\n{small(options(spec, locale))}"


def _for_all(board: Board, locale: str) -> list[ui.Item[Any]]:
    subject = f"{board.id}.{CUT_BY_MODEL}"
    return [button(Verb.BOARD_RENDER, subject, locale, key="button.board-cut")]


def _head(board: Board) -> list[str]:
    title = escaped(board.title, TITLE) or board_name(board.name, board.locale)
    locale, is_open = board.locale, board.state is BoardState.OPEN
    state = "" if is_open else say(f"board.state.{board.state}", locale)
    return [f"### {title}", small(" · ".join(filter(None, [_who(board), state])))]


def _who(board: Board) -> str:
    opener = board.opener_id  # 0: forgotten
    return say("board.by", board.locale, who=mention(opener)) if opener else ""


def _shot(board: Board, number: int, locale: str) -> ui.Item[ui.LayoutView]:
    shot = board.shots[number - 1]
    shown = text(_shot_line(number, shot, locale), f"> {escaped(shot.prompt, ON_CARD)}")
    if board.state is BoardState.CLOSED:
        return shown
    label = say("button.board-shot", locale, number=number)
    change: ui.Item[Any] = VerbButton(Verb.BOARD_SHOT, f"{board.id}.{shot.id}", label=label)
    return ui.Section(shown, accessory=change)


def _shot_line(number: int, shot: BoardShot, locale: str) -> str:
    key = "board.shot_fixed" if shot.is_fixed else "board.shot"
    who = mention(shot.author_id)
    if shot.changed_by:
        who = say("board.changed_by", locale, author=who, who=mention(shot.changed_by))
    return say(key, locale, number=number, seconds=shot.seconds, who=who)


def _sum(card: BoardCard, per_usd: float) -> list[str]:
    board, locale = card.board, card.board.locale
    longest = board.model.longest
    full = min(longest, board.seconds)
    bar = "█" * full + "░" * (longest - full)
    found = problem(board)
    why_not = found and (explain(found, locale) if board.shots else say("board.empty", locale))
    price = price_text(card.price, locale, per_usd)
    negative = escaped(board.options.negative_prompt, NEGATIVE)
    return [
        say("board.seconds", locale, bar=bar, seconds=board.seconds, most=longest),
        f"⚠️ {why_not}" if why_not else "",
        small(f"{options(board.film(), locale)}" + (f" · {price}" if card.price else "")),
        small(say("options.negative_prompt", locale, text=negative)) if negative else "",
    ]


def _takes(card: BoardCard) -> list[str]:
    return [_take(each.take.number, each, card) for each in card.takes if each.take is not None]


def _votes(card: BoardCard) -> list[ui.Item[ui.LayoutView]]:
    """A button for each of the latest finished takes, if there is a choice."""
    locale, choice = card.board.locale, [each for each in card.takes if is_shown(each.task)]
    buttons: list[ui.Item[Any]] = [
        VerbButton(
            Verb.BOARD_VOTE,
            f"{card.board.id}.{each.task.id}",
            label=say("button.board-vote", locale, number=each.take.number),
        )
        for each in choice[-VOTE_BUTTONS:]
        if each.take is not None
    ]
    return [row(*buttons)] if len(buttons) > 1 else []


def _take(number: int, take: Card, card: BoardCard) -> str:
    board = card.board
    who, locale = mention(take.task.user_id), board.locale
    state = say(f"videos.state.{take.task.state}", locale)
    if take.task.state is State.RUNNING:
        state = say("board.take_running", locale, percent=min(100, max(0, take.task.progress)))
    link = message_link(take.film)
    if take.task.deleted_by is not None:
        state, link = say("videos.state.deleted", locale), None
    if link is not None:
        state = f"[{state}]({link})"
    line = say("board.take", locale, number=number, who=who, state=state)
    if not is_shown(take.task):
        return line
    votes = card.votes.get(take.task.id, 0)
    best = say("board.best", locale) if take.task.id == board.best else ""
    counted = say("board.votes", locale, count=votes) if votes else ""
    return " · ".join(filter(None, [line, counted, best]))


def _buttons(board: Board) -> ui.ActionRow[ui.LayoutView]:
    locale = board.locale
    shown = []
    if len(board.shots) < board.model.shots_limit:
        shown.append(button(Verb.BOARD_ADD, board.id, locale, style=ButtonStyle.primary))
    if problem(board) is None:
        subject = f"{board.id}.{SHOT_FOR_SHOT}"
        shown.append(button(Verb.BOARD_RENDER, subject, locale, style=ButtonStyle.success))
    return row(*shown, button(Verb.BOARD_MORE, board.id, locale))


def _colour(card: BoardCard) -> Colour:
    if card.board.state is BoardState.CLOSED:
        return Colour.WAITING
    if any(each.task.state not in OUTCOMES for each in card.takes):
        return Colour.RENDERING
    return Colour.READY if problem(card.board) is None else Colour.WAITING
