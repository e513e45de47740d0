"""The private card of `/moderate pause`: what is paused, and the buttons that change it."""

from typing import Any

from discord import ButtonStyle, ui

from bot.ui.cards.parts import Colour, box, button, layout, row, text
from bot.ui.items import Verb
from bot.ui.texts import say
from bot.video.values.settings import ServerSettings


def pauses(
    settings: ServerSettings, channel_id: int, *, by_operator: bool, locale: str
) -> ui.LayoutView:
    """What is paused, with buttons for the server and for one channel."""
    channels = list(settings.paused_channels)
    is_paused = settings.paused or bool(channels)
    lines = [
        say("pause.server" if settings.paused else "pause.none", locale)
        if settings.paused or not channels
        else "",
        say("pause.channels", locale, channels=channels) if channels else "",
        say("pause.by_operator", locale) if by_operator else "",
        say("pause.about", locale),
    ]
    return layout(
        box(
            Colour.TROUBLE if is_paused or by_operator else Colour.WAITING,
            text(f"**{say('pause.title', locale)}**", *lines),
            row(
                _go_on(0, locale) if settings.paused else _pause(0, locale),
                _go_on(channel_id, locale, "button.go-on_here")
                if channel_id in channels
                else _pause(channel_id, locale, "button.pause_here"),
            ),
        )
    )


def _pause(channel_id: int, locale: str, key: str = "") -> ui.Item[Any]:
    return button(Verb.PAUSE, str(channel_id), locale, key=key, style=ButtonStyle.danger)


def _go_on(channel_id: int, locale: str, key: str = "") -> ui.Item[Any]:
    return button(Verb.GO_ON, str(channel_id), locale, key=key, style=ButtonStyle.success)
