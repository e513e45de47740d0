"""The message with the video, what else one can do with it, and the question before deleting."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from discord import ButtonStyle, MediaGalleryItem, ui
from msgspec import Struct
from msgspec.structs import replace

from bot.ui.cards.ends import untaken
from bot.ui.cards.parts import (
    BUTTON_URL_LIMIT,
    Colour,
    box,
    button,
    cheaper_line,
    layout,
    link_button,
    mention,
    options,
    repeat_button,
    row,
    shown_url,
    small,
    take_line,
    text,
    words,
)
from bot.ui.escape import clean, escaped, shorten
from bot.ui.forms import form
from bot.ui.items import Verb, VerbButton
from bot.ui.money import price_text
from bot.ui.texts import say
from bot.video.outbox.film_post import file_of
from bot.video.values.cards import Card
from bot.video.values.posts import Post, Rung
from bot.video.values.videos import State, VideoRequest

ALT_LIMIT = 1000  # of Discord's 1024 characters
LABEL_LIMIT = 200  # escapes included


def film_name(task_id: str) -> str:
    """The name of the uploaded file."""
    return f"film-{task_id}.mp4"


def alt_text(request: VideoRequest, ai_label: str = "") -> str:
    """That AI made it, and what the video shows, for people who cannot see it."""
    spec, locale = request.spec, request.server_locale
    prompt = clean(spec.prompt) or clean(" / ".join(shot.prompt for shot in spec.shots))
    made_by = ai_label.rstrip(".") or say("video.ai", locale)
    return shorten(say("video.alt", locale, label=made_by, prompt=prompt), ALT_LIMIT)


class ShownClip(Struct, frozen=True, kw_only=True):
    """A video in a message: uploaded under a name, kept at our own address, or linked."""

    card: Card
    post: Post
    uploaded_as: str | None = None
    kept_at: str | None = None

    @property
    def address(self) -> str:
        """Where its link leads; "" for nowhere."""
        if self.kept_at:
            return self.kept_at
        is_gone = file_of(self.post).is_gone
        return "" if is_gone else shown_url(self.card.task.film_url) or ""

    @property
    def media(self) -> str | None:
        """What plays in the message."""
        if file_of(self.post).is_gone:
            return None
        uploaded = f"attachment://{self.uploaded_as}" if self.uploaded_as else None
        return uploaded or self.kept_at or self.card.task.film_url


def film(
    card: Card,
    post: Post,
    *,
    per_usd: float,
    uploaded_as: str | None,
    kept_at: str | None,
    ai_label: str = "",
) -> ui.LayoutView:
    """A finished video as the post says: uploaded under a name, kept at our own address, or linked.

    It says that AI made it, in the operator's words `ai_label` if there are any. It names the
    requester; the call that sends it decides whether that pings.
    """
    locale, spec = card.request.server_locale, replace(card.request.spec, takes=1)
    clip = ShownClip(card=card, post=post, uploaded_as=uploaded_as, kept_at=kept_at)
    alone = replace(card, takes=())
    address = clip.address
    fits = 0 < len(address) <= BUTTON_URL_LIMIT
    key = "button.file" if kept_at else "button.original"
    opens = [link_button(key, address, locale)] if fits else []
    made_by = escaped(ai_label, LABEL_LIMIT) or say("video.ai", locale)
    return layout(
        box(
            Colour.READY,
            text(
                _for_whom(card, locale),
                *untaken(card, locale),
                f"> {words(spec)}",
                small(f"{made_by} · {options(spec, locale)}"),
                small(cheaper_line(card, locale)),
                take_line(alone, locale, price_text(card.task.price, locale, per_usd)),
            ),
            *shelf([clip], ai_label),
            text(file_line(clip), "" if fits else address),
            row(*opens, *film_buttons(card, post, locale)),
        )
    )


def film_buttons(card: Card, post: Post, locale: str) -> list[ui.Item[Any]]:
    """What one can do with it; in a direct message, where no videos are made, only Delete."""
    if post.rung is Rung.DM:
        return [button(Verb.DELETE, card.task.id, locale)]
    verbs = (Verb.AGAIN, Verb.EDIT, Verb.MORE)
    return [repeat_button(verb, card, locale) for verb in verbs]


def more(
    card: Card, locale: str, *, may_delete: bool, may_report: bool, may_showcase: bool = False
) -> ui.LayoutView:
    """What else one can do with a video, in private."""
    task_id = card.task.id
    shown = [
        button(Verb.SHOW, task_id, locale, key="button.details"),
        button(Verb.NEXT_SHOT, task_id, locale),
        button(Verb.BOARD_FROM, task_id, locale),
    ]
    if may_report:
        shown.append(button(Verb.REPORT, task_id, locale))
    if may_delete:
        shown.append(button(Verb.DELETE, task_id, locale, style=ButtonStyle.danger))
    takes = [each for each in card.all if each.film is not None and may_showcase]
    sends = [row(*(_to_showcase(each, locale) for each in takes))] if takes else []
    return layout(row(*shown), *sends)


def _to_showcase(card: Card, locale: str) -> ui.Item[Any]:
    """The button that sends a video to the showcase; it names the take of several."""
    if not card.task.take:
        return button(Verb.SHOWCASE, card.task.id, locale)
    label = say("button.showcase_take", locale, number=card.number)
    return VerbButton(Verb.SHOWCASE, card.task.id, label=label)


def writers(request: VideoRequest) -> list[int]:
    """The authors of a storyboard's shots, each once, in the shots' order."""
    return list(dict.fromkeys(shot.author_id for shot in request.spec.shots if shot.author_id))


def delete_form(card: Card, locale: str, *, per_usd: float) -> ui.Modal:
    """The question before deleting, with what the video cost."""
    is_in_dm = card.film is not None and card.film.rung is Rung.DM
    made = [each for each in card.all if each.task.state is State.COMPLETED]
    price = price_text(sum(each.task.price for each in made), locale, per_usd)
    if len(made) > 1:
        key = "video.delete_ask_dm_takes" if is_in_dm else "video.delete_ask_takes"
    else:
        key = "video.delete_ask_dm" if is_in_dm else "video.delete_ask"
    ask = say(key, locale, price=price, count=len(made))
    return form(Verb.DELETE_YES, card.task.id, locale, text(ask))


def _for_whom(card: Card, locale: str) -> str:
    who = mention(card.request.user_id)
    authors = [mention(each) for each in writers(card.request)]
    if authors:
        return say("video.take", locale, who=who, authors=authors)
    if card.credited_to in (None, card.request.user_id):
        key = "video.for_take" if card.takes else "video.for"
        return say(key, locale, who=who, number=card.number)
    return say("video.after", locale, who=who, whom=mention(card.credited_to))


def shelf(clips: Sequence[ShownClip], ai_label: str) -> list[ui.MediaGallery[ui.LayoutView]]:
    """The videos that can be played, side by side."""
    items = [
        MediaGalleryItem(
            clip.media,
            description=alt_text(clip.card.request, ai_label),
            spoiler=clip.card.task.is_spoiler,
        )
        for clip in clips
        if clip.media is not None
    ]
    return [ui.MediaGallery(*items)] if items else []


def file_line(clip: ShownClip, until: datetime | None = None) -> str:
    """Whose copy the link leads to, and until when, if not `until`: in small print where the video
    plays."""
    card, post, is_uploaded = clip.card, clip.post, clip.uploaded_as is not None
    locale = card.request.server_locale
    if clip.kept_at is not None:
        return small(say("video.kept", locale))
    until = until or card.task.film_until
    if file_of(post).is_gone:
        return say("video.gone", locale, price=card.task.price)
    if shown_url(card.task.film_url) is None:
        return small(say("video.no_link", locale))
    way = "link" if is_uploaded else "unfetched" if file_of(post).is_unfetched else "save"
    key = f"video.{way}" if until is None else f"video.{way}_until"
    said = say(key, locale, until=until)
    return small(said) if is_uploaded else said
