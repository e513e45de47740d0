"""Parts that cards share: boxes, buttons, and a video's options in words."""

from enum import IntEnum
from typing import Any

import discord
from discord import ButtonStyle, ui

from bot.ui.escape import escaped
from bot.ui.items import Verb, VerbButton
from bot.ui.texts import model_name, say
from bot.video.values.cards import Card, Take
from bot.video.values.catalogue import ShotType, is_only_model
from bot.video.values.posts import Post
from bot.video.values.videos import VideoSpec

PROMPT_LIMIT = 300  # characters of a prompt on a card, escapes included
SHOT_LIMIT = 80
MODEL_LIMIT = 60
BUTTON_URL_LIMIT = 512  # characters; Discord, components reference
URL_LIMIT = 1500  # longer ones would crowd out the text


class Colour(IntEnum):
    """The coloured bar at a card's side."""

    WAITING = 0x8A8F98
    RENDERING = 0xE0A030
    READY = 0x3BA55D
    TROUBLE = 0xD0453B


def layout(*items: ui.Item[ui.LayoutView]) -> ui.LayoutView:
    """A view of these items, from top to bottom."""
    view = ui.LayoutView(timeout=None)
    for item in items:
        view.add_item(item)
    return view


def box(colour: Colour, *items: ui.Item[ui.LayoutView]) -> ui.Container[ui.LayoutView]:
    """Items with a coloured bar at their side."""
    return ui.Container(*items, accent_colour=discord.Colour(colour))


def text(*lines: str) -> ui.TextDisplay[ui.LayoutView]:
    """Lines of markdown, without empty ones."""
    return ui.TextDisplay("\n".join(filter(None, lines)))


def row(*buttons: ui.Item[Any]) -> ui.ActionRow[ui.LayoutView]:
    """Buttons side by side, at most five."""
    return ui.ActionRow(*buttons)


def button(
    verb: Verb,
    subject: str,
    locale: str,
    *,
    key: str = "",
    style: ButtonStyle = ButtonStyle.secondary,
) -> ui.Item[Any]:
    """A button with its verb's label, or the text `key`."""
    return VerbButton(verb, subject, label=say(key or f"button.{verb}", locale), style=style)


def cover_buttons(card: Card, locale: str) -> list[ui.Item[Any]]:
    """What puts a posted video behind a spoiler, or shows it again."""
    verb = Verb.UNCOVER if card.task.is_spoiler else Verb.COVER
    return [button(verb, card.task.id, locale)] if card.is_posted else []


def repeat_button(verb: Verb, card: Card, locale: str, *, key: str = "") -> ui.Item[Any]:
    """A button about a video. Again says what that and its other takes cost; a later price is on
    the new card."""
    if verb is not Verb.AGAIN:
        return button(verb, card.task.id, locale, key=key)
    again = say(key or "button.again", locale)
    price = card.task.price * card.request.spec.takes
    label = say("button.priced", locale, label=again, price=price)
    return VerbButton(verb, card.task.id, label=label)


def link_button(key: str, url: str, locale: str) -> ui.Button[Any]:
    """A button that opens an address of at most `BUTTON_URL_LIMIT` characters."""
    return ui.Button(label=say(key, locale), url=url)


def mention(user_id: int) -> str:
    """A person's linked name; the sender decides whether it pings."""
    return f"<@{user_id}>"


def message_link(post: Post | None) -> str | None:
    """The link to a message, if it was sent."""
    if post is None or post.message_id is None:
        return None
    return message_url(post.server_id, post.sent_to or post.channel_id, post.message_id)


def whose(card: Card, locale: str) -> str:
    """Who ordered it: Discord names who sent a command, but not who pressed a button or sent a
    form."""
    who = mention(card.request.user_id)
    if card.credited_to in (None, card.request.user_id):
        return small(say("card.by", locale, who=who))
    return small(say("card.after", locale, who=who, whom=mention(card.credited_to)))


def take_line(card: Card, locale: str, price: str = "") -> str:
    """Which takes of which board a request is for, for whom, and a link back; "" if none."""
    if (take := card.take) is None:
        return ""
    who, numbers = mention(card.request.user_id), [each.number for each in card.all]
    first, last = numbers[0], numbers[-1]
    key = "card.take" if first == last else "card.takes"
    line = say(key, locale, number=first, last=last, board=take.board, who=who)
    return small(" · ".join(filter(None, [line, price, *board_link(take, locale)])))


def board_link(take: Take, locale: str) -> list[str]:
    """A link to the board of a take, while its message is there."""
    message = take.message
    return [say("card.take_link", locale, link=message_url(*message))] if message else []


def message_url(server_id: int, channel_id: int, message_id: int) -> str:
    """A message's address; it works for people who see its channel."""
    return f"https://discord.com/channels/{server_id}/{channel_id}/{message_id}"


def shown_url(url: str | None) -> str | None:
    """The link if it can stand in a text without breaking it, else None."""
    if url is None or len(url) > URL_LIMIT or not url.startswith(("https://", "http://")):
        return None
    return url if url.isprintable() and not set(url) & set(" <>") else None


def words(spec: VideoSpec, limit: int = PROMPT_LIMIT) -> str:
    """The prompt or the shots, safe to show on one line; never empty."""
    return escaped(spec.prompt or " / ".join(shot.prompt for shot in spec.shots), limit) or "…"


def options(spec: VideoSpec, locale: str) -> str:
    """A video's options on one line, such as "Vertical 9:16 · 5 s · 720p · sound on"."""
    return " · ".join(
        filter(
            None,
            [
                ""
                if is_only_model(spec.model)
                else escaped(model_name(spec.model, locale), MODEL_LIMIT),
                say(f"choice.aspect_ratio.{spec.aspect_ratio}", locale),
                say("options.duration", locale, seconds=spec.duration) if spec.duration else "",
                str(spec.quality),
                say(f"options.sound.{spec.sound}", locale),
                _cut(spec, locale),
                say("options.watermark", locale) if spec.watermark else "",
                say("options.takes", locale, count=spec.takes) if spec.takes > 1 else "",
            ],
        )
    )


def kind(spec: VideoSpec, locale: str) -> str:
    """The options that decide the price, such as "5 s, 720p, no sound"."""
    seconds = say("options.duration", locale, seconds=spec.duration)
    return ", ".join([seconds, spec.quality, say(f"options.sound.{spec.sound}", locale)])


def cheaper_line(card: Card, locale: str) -> str:
    """What a moderator approved instead of what was asked for; "" if that is the same."""
    asked = card.task.asked
    changed = [name for name, value in asked.items() if value != getattr(card.request.spec, name)]
    if not changed:
        return ""
    approved = [_option(name, getattr(card.request.spec, name), locale) for name in changed]
    before = [_option(name, asked[name], locale) for name in changed]
    return say("card.cheaper", locale, approved=", ".join(approved), asked=", ".join(before))


def _option(name: str, value: object, locale: str) -> str:
    match name:
        case "duration":
            return say("options.duration", locale, seconds=value)
        case "sound":
            return say(f"options.sound.{value}", locale)
    return str(value)


def description(spec: VideoSpec, locale: str, limit: int = PROMPT_LIMIT) -> str:
    """The prompt as a quotation, the shots, and what to exclude."""
    shots = [
        say(
            "options.shot",
            locale,
            number=number,
            seconds=shot.seconds,
            text=escaped(shot.prompt, SHOT_LIMIT),
        )
        for number, shot in enumerate(spec.shots, start=1)
        if spec.shot_type is ShotType.CUSTOMIZE
    ]
    without = escaped(spec.negative_prompt, PROMPT_LIMIT // 3)
    lines = [
        f"> {words(spec, limit)}" if spec.prompt or not shots else "",
        *shots,
        without and say("options.negative_prompt", locale, text=without),
    ]
    return "\n".join(filter(None, lines))


def _cut(spec: VideoSpec, locale: str) -> str:
    if spec.shot_type is ShotType.INTELLIGENCE:
        return say("options.shots.intelligence", locale)
    if spec.shot_type is ShotType.CUSTOMIZE and spec.shots:
        return say("options.shots.customize", locale, count=len(spec.shots))
    return ""


def small(line: str) -> str:
    """A line in Discord's small print; "" for none."""
    return f"-# {line}" if line else ""
