"""A refusal with a button for the video that is possible instead."""

from discord import ButtonStyle, ui

from bot.errors import Offer
from bot.ui.cards.parts import layout, row, text
from bot.ui.items import CustomId, Verb, VerbButton
from bot.ui.texts import say


def with_offer(refusal: str, offer: Offer, locale: str) -> ui.LayoutView:
    """What was refused and why, and what one press would make."""
    return layout(text(refusal, say("offer.kept", locale)), row(offer_button(offer, locale)))


def offer_button(offer: Offer, locale: str) -> VerbButton:
    """A button that states the video's options and price."""
    label = say(
        _key(offer),
        locale,
        count=offer.takes or 1,
        seconds=offer.duration,
        quality=offer.quality,
        sound=say(f"options.sound.{offer.sound}", locale),
        price=offer.price,
    )
    return VerbButton(Verb.SMALLER, offer.draft_id, label=label, style=ButtonStyle.primary)


def form_offer(pressed: CustomId, locale: str) -> ui.LayoutView:
    """The button of a form that could not open in time, once more."""
    button = VerbButton(pressed.verb, pressed.subject, label=say("button.open_form", locale))
    return layout(text(say("reply.form_late", locale)), row(button))


def _key(offer: Offer) -> str:
    if offer.only_length:
        return "offer.take_length"
    return "offer.take" if offer.takes is None else "offer.takes"
