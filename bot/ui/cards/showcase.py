"""A finished video in the server's showcase, with credit and a link back."""

from discord import ui
from msgspec.structs import replace

from bot.ui.cards.film import ShownClip, shelf, writers
from bot.ui.cards.parts import (
    Colour,
    board_link,
    box,
    button,
    layout,
    mention,
    message_link,
    options,
    row,
    small,
    text,
    words,
)
from bot.ui.escape import clean, escaped, shorten
from bot.ui.items import Verb
from bot.ui.texts import say
from bot.video.values.cards import Card
from bot.video.values.videos import VideoRequest

LABEL_LIMIT, TITLE_LIMIT = 200, 90  # characters; a forum post's name has at most 100


def showcase(clip: ShownClip, *, ai_label: str = "") -> ui.LayoutView:
    """The video, who made it, from which board, and the way to its first message."""
    card = clip.card
    locale, spec = card.request.server_locale, replace(card.request.spec, takes=1)
    made_by = escaped(ai_label, LABEL_LIMIT) or say("video.ai", locale)
    link = message_link(card.film)
    report = button(Verb.REPORT, card.task.id, locale)
    return layout(
        box(
            Colour.READY,
            text(
                _credit(card, locale),
                f"> {words(spec)}",
                small(f"{made_by} · {options(spec, locale)}"),
                *_from(card, locale),
            ),
            *shelf([clip] if clip.uploaded_as or clip.kept_at else [], ai_label),
            *([text(say("showcase.back", locale, link=link))] if link else []),
            row(report),
        )
    )


def post_title(request: VideoRequest) -> str:
    """A forum post's name: the start of the prompt."""
    spec = request.spec
    said = spec.prompt or " / ".join(shot.prompt for shot in spec.shots)
    title = shorten(" ".join(clean(said).split()), TITLE_LIMIT)
    return title or say("showcase.title", request.server_locale)


def _credit(card: Card, locale: str) -> str:
    who = mention(card.request.user_id)
    authors = [mention(each) for each in writers(card.request)]
    if authors:
        return say("showcase.by_authors", locale, who=who, authors=authors)
    return say("showcase.by", locale, who=who)


def _from(card: Card, locale: str) -> list[str]:
    if card.take is None:
        return []
    board, number = card.take.board, card.take.number
    line = say("showcase.take", locale, number=number, board=board)
    return [small(" · ".join([line, *board_link(card.take, locale)]))]
