"""The private card of `/help`: what one can do here, with examples and what is left today."""

from collections.abc import Sequence

from discord import ui

from bot.ui.cards.parts import button, layout, small, text
from bot.ui.items import Verb
from bot.ui.texts import say

EXAMPLES = ("1", "2", "3")
STEPS = ("places", "limits", "moderators")


def help_card(
    *,
    locale: str,
    left: Sequence[str],
    why_not: str = "",
    where: Sequence[int] = (),
    may_manage: bool = False,
) -> ui.LayoutView:
    """`left` says what is left today, `why_not` why the person cannot make videos here, `where`
    the channels in which they can."""
    uses = [f"- {say(f'help.{each}', locale)}" for each in ("video", "after", "board", "find")]
    today = text(f"**{say('quota.title', locale)}**", *left)
    way = _examples(locale) if not why_not else [_refused(why_not, where, locale)]
    head = text(f"### {say('help.title', locale)}", *uses)
    return layout(head, *way, today, *([_steps(locale)] if may_manage else []))


def _examples(locale: str) -> list[ui.Item[ui.LayoutView]]:
    return [
        text(f"**{say('help.examples', locale)}**", small(say("help.examples_free", locale))),
        *[
            ui.Section(
                f"> {say(f'help.example.{each}', locale)}",
                accessory=button(Verb.EXAMPLE, each, locale),
            )
            for each in EXAMPLES
        ],
    ]


def _refused(why_not: str, where: Sequence[int], locale: str) -> ui.Item[ui.LayoutView]:
    elsewhere = say("help.where", locale, channels=where) if where else ""
    return text(f"**{say('help.not_here', locale)}**", why_not, elsewhere)


def _steps(locale: str) -> ui.Item[ui.LayoutView]:
    steps = [f"{n}. {say(f'help.step.{each}', locale)}" for n, each in enumerate(STEPS, start=1)]
    return text(f"**{say('help.setup', locale)}**", *steps)
