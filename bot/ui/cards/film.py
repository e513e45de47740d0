"""The message with the video, and the question before it is deleted."""

from typing import Any

from discord import MediaGalleryItem, ui

from bot.ui.cards.parts import (
    Colour,
    box,
    button,
    layout,
    mention,
    options,
    row,
    shown_url,
    small,
    take_line,
    text,
    words,
)
from bot.ui.escape import clean, shorten
from bot.ui.forms import form
from bot.ui.items import Verb
from bot.ui.money import price_text
from bot.ui.texts import say
from bot.video.outbox.film_post import file_of
from bot.video.values.cards import Card
from bot.video.values.posts import Post, Rung
from bot.video.values.videos import VideoRequest

ALT_LIMIT = 1000  # of Discord's 1024 characters


def film_name(task_id: str) -> str:
    """The name of the uploaded file."""
    return f"film-{task_id}.mp4"


def alt_text(request: VideoRequest) -> str:
    """What the video shows, for people who cannot see it."""
    spec = request.spec
    prompt = clean(spec.prompt) or clean(" / ".join(shot.prompt for shot in spec.shots))
    return shorten(say("film.alt", request.server_locale, prompt=prompt), ALT_LIMIT)


def film(
    card: Card, post: Post, *, per_usd: float, uploaded_as: str | None, kept_at: str | None
) -> ui.LayoutView:
    """A finished video as the post says: uploaded under a name, kept at our own address, or linked.

    It names the requester; the call that sends it decides whether that pings.
    """
    locale = card.request.server_locale
    file = text(_file(card, post, is_uploaded=uploaded_as is not None, kept_at=kept_at))
    return layout(
        box(
            Colour.READY,
            text(
                _for_whom(card, locale),
                f"> {words(card.request.spec)}",
                small(options(card.request.spec, locale)),
                take_line(card, locale, price_text(card.task.price, locale, per_usd)),
            ),
            *_gallery(card, post, uploaded_as, kept_at),
            *(_in_dm(card, file) if post.rung is Rung.DM else _in_server(card, file)),
        )
    )


def _in_server(card: Card, file: ui.Item[Any]) -> list[ui.Item[Any]]:
    """The file and the video's buttons."""
    task_id, locale = card.task.id, card.request.server_locale
    return [
        ui.Section(file, accessory=button(Verb.REPORT, task_id, locale)),
        row(
            button(Verb.AGAIN, task_id, locale),
            button(Verb.EDIT, task_id, locale),
            button(Verb.DELETE, task_id, locale),
        ),
        row(
            button(Verb.NEXT_SHOT, task_id, locale),
            button(Verb.BOARD_FROM, task_id, locale),
        ),
    ]


def _in_dm(card: Card, file: ui.Item[Any]) -> list[ui.Item[Any]]:
    """The file and the buttons that work in a direct message."""
    return [file, row(button(Verb.DELETE, card.task.id, card.request.server_locale))]


def writers(request: VideoRequest) -> list[int]:
    """The authors of a storyboard's shots, each once, in the shots' order."""
    return list(dict.fromkeys(shot.author_id for shot in request.spec.shots if shot.author_id))


def delete_form(card: Card, locale: str) -> ui.Modal:
    """The question before deleting."""
    is_in_dm = card.film is not None and card.film.rung is Rung.DM
    ask = say("film.delete_ask_dm" if is_in_dm else "film.delete_ask", locale)
    return form(Verb.DELETE_YES, card.task.id, locale, text(ask))


def _for_whom(card: Card, locale: str) -> str:
    who = mention(card.request.user_id)
    authors = [mention(each) for each in writers(card.request)]
    if authors:
        return say("film.take", locale, who=who, authors=authors)
    if card.credited_to in (None, card.request.user_id):
        return say("film.for", locale, who=who)
    return say("film.after", locale, who=who, whom=mention(card.credited_to))


def _gallery(
    card: Card, post: Post, uploaded_as: str | None, kept_at: str | None
) -> list[ui.MediaGallery[ui.LayoutView]]:
    media = f"attachment://{uploaded_as}" if uploaded_as else kept_at or card.task.film_url
    if media is None or file_of(post).is_gone:
        return []
    item = MediaGalleryItem(media, description=alt_text(card.request), spoiler=card.task.is_spoiler)
    return [ui.MediaGallery(item)]


def _file(card: Card, post: Post, *, is_uploaded: bool, kept_at: str | None) -> str:
    """The plain link and its expiry: players fail, links can be copied."""
    locale = card.request.server_locale
    if kept_at is not None:
        return say("film.kept", locale, url=kept_at)
    url, until = shown_url(card.task.film_url), card.task.film_until
    if file_of(post).is_gone:
        return say("film.gone", locale, price=card.task.price)
    if url is None:
        return say("film.no_link", locale)
    way = "link" if is_uploaded else "unfetched" if file_of(post).is_unfetched else "save"
    if until is None:
        return say(f"film.{way}", locale, url=url)
    return say(f"film.{way}_until", locale, url=url, until=until)
