"""A refusal with a button for the largest smaller film that is possible."""

from discord import ButtonStyle, ui

from bot.errors import Offer
from bot.ui.cards.parts import layout, row, text
from bot.ui.items import Verb, VerbButton
from bot.ui.texts import say


def with_offer(refusal: str, offer: Offer, locale: str) -> ui.LayoutView:
    """What was not done and why, and what would be, by one press."""
    return layout(text(refusal, say("offer.kept", locale)), row(offer_button(offer, locale)))


def offer_button(offer: Offer, locale: str) -> VerbButton:
    """Says all that the film will be and cost."""
    label = say(
        "offer.take",
        locale,
        seconds=offer.duration,
        quality=offer.quality,
        sound=say(f"options.sound.{offer.sound}", locale),
        price=offer.price,
    )
    return VerbButton(Verb.SMALLER, offer.draft_id, label=label, style=ButtonStyle.primary)
