"""The private cards of `/rules`: the list, and what the rules would do to a text."""

from collections.abc import Collection, Sequence

from discord import ui

from bot.ui.cards.parts import layout, text
from bot.ui.escape import escaped
from bot.ui.texts import say
from bot.video.moderation.screening import Hit
from bot.video.values.moderation import PromptRule

SHOWN_COSTLY = 5  # rules
SHOWN = 40  # rules; a Discord message holds 4000 characters
FACT_LIMIT = 60  # characters of a rule


def rule_list(
    rules: Sequence[PromptRule], locale: str, *, costly: Collection[str] = ()
) -> ui.LayoutView:
    """The rules by name; `costly` are the ids of rules that are too costly to run."""
    if not rules:
        return layout(text(say("rules.none", locale)))
    more = len(rules) - SHOWN
    return layout(
        text(
            f"**{say('rules.title', locale)}**",
            *(_line(_kind(rule), rule, rule.pattern, locale) for rule in rules[:SHOWN]),
            say("rules.costly", locale, rules=_names(rules, costly)) if costly else "",
            say("rules.more", locale, count=more) if more > 0 else "",
        )
    )


def rule_hits(hits: Sequence[Hit], locale: str) -> ui.LayoutView:
    """Which rules a text matches, and with which words."""
    if not hits:
        return layout(text(say("rules.no_hit", locale)))
    return layout(
        text(
            f"**{say('rules.hits', locale)}**",
            *(
                _line("rules.hit", hit.rule, hit.words, locale)
                if hit.words is not None
                else say("rules.costly", locale, rules=_names([hit.rule], [hit.rule.id]))
                for hit in hits[:SHOWN]
            ),
        )
    )


def _names(rules: Sequence[PromptRule], chosen: Collection[str]) -> str:
    names = [escaped(rule.name, FACT_LIMIT) for rule in rules if rule.id in chosen]
    return ", ".join(names[:SHOWN_COSTLY]) + (" …" if len(names) > SHOWN_COSTLY else "")


def _kind(rule: PromptRule) -> str:
    return "rules.line_pattern" if rule.is_pattern else "rules.line"


def _line(key: str, rule: PromptRule, words: str, locale: str) -> str:
    return say(
        key,
        locale,
        rule=escaped(rule.name, FACT_LIMIT),
        does=say(f"choice.rule.{rule.action}", locale),
        words=escaped(words, FACT_LIMIT),
    )
