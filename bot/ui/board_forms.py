"""A storyboard's forms: shots, one shot, the video's options, the new owner.

A form's `custom_id` holds its subject and what was read when it was opened, so that it survives a
restart and a stale form is noticed."""

from collections.abc import Mapping, Sequence
from typing import Any

import discord
from msgspec.structs import replace

from bot.errors import Refusal
from bot.ui.drafts import digest, draft, outline, read_draft, read_outline
from bot.ui.forms import Field, choice_field, form, person_field, text_field
from bot.ui.items import Verb
from bot.ui.modals import shots_text_limit
from bot.video.storyboards.edits import TITLE_LIMIT
from bot.video.values.boards import Board, BoardShot
from bot.video.values.catalogue import CHOICES, longest_prompt, longest_shot_prompt
from bot.video.values.options import NOTHING_CHOSEN, Options
from bot.video.values.videos import VideoSpec

LINES, WORDS, SECONDS, NEGATIVE, PERSON = "lines", "words", "seconds", "negative_prompt", "person"
TITLE = "title"
CHOSEN = ("aspect_ratio", "quality", "sound")
WATERMARK = "watermark"
ID_DIGITS = 19  # that a database column holds


def title_form(subject: str, written: str, locale: str) -> discord.ui.Modal:
    """A form for the title of a board that a refused command would have opened."""
    field = text_field(
        TITLE,
        "modal.board.title",
        locale,
        limit=TITLE_LIMIT,
        written=written,
        is_required=False,
        is_long=False,
    )
    return form(Verb.BOARD_OPEN, subject, locale, field)


def opening(options: Options, *, in_thread: bool) -> str:
    """What `/storyboard` was to open, for a custom id."""
    return f"{int(in_thread)}.{outline(options)}"


def read_opening(subject: str) -> tuple[bool, Options]:
    """Whether in a thread of its own, and with which options. Raises `Refusal`."""
    in_thread, _, outlined = subject.partition(".")
    return in_thread == "1", read_outline(outlined)


def lines_form(verb: Verb, subject: str, written: str, locale: str) -> discord.ui.Modal:
    """A form for new shots, one per line."""
    written_field = _text(LINES, written, shots_text_limit(), locale, hint=True)
    return form(verb, subject, locale, written_field)


def shot_form(board_id: str, shot: BoardShot, texts: Mapping[str, str], locale: str) -> Any:
    """A form for one shot, filled with its present text or an earlier entry."""
    seconds = str(shot.seconds) if shot.is_fixed else ""
    return form(
        Verb.BOARD_EDIT,
        f"{board_id}.{shot.id}.{shot.edition}",
        locale,
        _text(WORDS, texts.get(WORDS, shot.prompt), longest_shot_prompt(), locale),
        _text(SECONDS, texts.get(SECONDS, seconds), 2, locale, hint=True, required=False),
    )


def options_form(
    board: Board, texts: Mapping[str, str], locale: str, *, chosen: Options = NOTHING_CHOSEN
) -> discord.ui.Modal:
    """A form for the video's options, filled with the present ones or an earlier entry."""
    spec = board.options
    found = {name: getattr(chosen, name) for name in (*CHOSEN, WATERMARK)}
    shown = replace(spec, **{name: each for name, each in found.items() if each is not None})
    offered = {name: board.model.choices(name) for name in CHOSEN}
    choices = [
        _choice(
            name,
            [(each, f"choice.{name}.{each}") for each in CHOICES[name] if each in values],
            getattr(shown, name),
            locale,
        )
        for name, values in offered.items()
        if len(values) > 1
    ]
    marks = [("no", "board.no_watermark"), ("yes", "board.watermark")]
    if board.model.has_watermark:
        choices.append(_choice(WATERMARK, marks, "yes" if shown.watermark else "no", locale))
    return form(
        Verb.BOARD_OPTIONS,
        f"{board.id}.{draft(spec)}.{digest(spec.negative_prompt)}",
        locale,
        *choices,
        _text(
            NEGATIVE,
            texts.get(NEGATIVE, spec.negative_prompt),
            longest_prompt(),
            locale,
            required=False,
        ),
    )


def read_options(subject: str, sent: Mapping[str, str], now: VideoSpec) -> dict[str, Any]:
    """The options a person changed in the form, without those left alone.

    Raises `Refusal` if someone else rewrote a text that this person rewrote, too.
    """
    opened_with, _, was = subject.rpartition(".")
    changes = _changed(opened_with, sent)
    negative = sent.get(NEGATIVE, "").strip()
    if NEGATIVE in sent and digest(negative) != was:
        if digest(now.negative_prompt) not in (was, digest(negative)):
            raise Refusal("board_options_changed", text=now.negative_prompt)
        changes[NEGATIVE] = negative
    return changes


def rewritten(subject: str, sent: Mapping[str, str]) -> str:
    """The board and what a person changed in its options' form, to open that again. Raises
    `Refusal` if the model is gone."""
    board_id, _, read = subject.partition(".")
    changes = _changed(read.rpartition(".")[0], sent)
    return f"{board_id}.{outline(Options(**changes))}"


def read_rewritten(subject: str) -> Options:
    """What `rewritten` says was changed; nothing for messages of before."""
    try:
        return read_outline(subject.partition(".")[2])
    except Refusal:
        return NOTHING_CHOSEN


def _changed(opened_with: str, sent: Mapping[str, str]) -> dict[str, Any]:
    """What differs from the options with which the form was opened."""
    opened = read_draft(opened_with)
    chosen: dict[str, Any] = {
        name: CHOICES[name](sent[name]) for name in CHOSEN if sent.get(name) in list(CHOICES[name])
    }
    if WATERMARK in sent:
        chosen[WATERMARK] = sent[WATERMARK] == "yes"
    return {name: each for name, each in chosen.items() if each != getattr(opened, name)}


def hand_form(board: Board, locale: str) -> discord.ui.Modal:
    """A form that asks for the board's new owner."""
    field = person_field(PERSON, "modal.board.person", locale)
    return form(Verb.BOARD_HAND, board.id, locale, field)


def read_person(sent: Mapping[str, str]) -> int:
    """The chosen new owner. Raises `Refusal`."""
    chosen = sent.get(PERSON, "")
    if not (chosen.isascii() and chosen.isdigit() and len(chosen) <= ID_DIGITS):
        raise Refusal("person_missing")
    return int(chosen)


def _text(
    name: str, written: str, limit: int, locale: str, *, hint: bool = False, required: bool = True
) -> Field:
    return text_field(
        name,
        f"modal.board.{name}",
        locale,
        limit=limit,
        written=written,
        hint=f"modal.board.{name}.hint" if hint else None,
        is_required=required,
        is_long=name != SECONDS,
    )


def _choice(name: str, choices: Sequence[tuple[str, str]], chosen: str, locale: str) -> Field:
    return choice_field(name, f"modal.board.{name}", locale, choices=choices, chosen=chosen)
