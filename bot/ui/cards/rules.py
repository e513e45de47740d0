"""The private cards of `/rules`: the list, and what the rules would do to a text."""

from collections import Counter
from collections.abc import Collection, Sequence

import discord
from discord import ui

from bot.ui.cards.bulk import LIST_FILE, rules_file
from bot.ui.cards.parts import layout, text, words
from bot.ui.escape import escaped
from bot.ui.texts import say
from bot.video.doors.rule_lists import Trial, Tried
from bot.video.moderation.screening import Hit
from bot.video.values.moderation import PromptRule

SHOWN_COSTLY = 5  # rules
SHOWN = 40  # rules; a Discord message holds 4000 characters
TRIED, COUNTED, HITS_SHOWN = 8, 10, 2  # prompts, rules, rules per prompt
FACT_LIMIT = 60  # characters of a rule


def rule_list(
    rules: Sequence[PromptRule], locale: str, *, costly: Collection[str] = ()
) -> tuple[ui.LayoutView, list[discord.File]]:
    """The rules by name, many of them also as a file; `costly` are the ids of rules that are too
    costly to run."""
    if not rules:
        return layout(text(say("rules.none", locale))), []
    more = len(rules) - SHOWN
    listed: ui.File[ui.LayoutView] = ui.File(f"attachment://{LIST_FILE}")
    card = layout(
        text(
            f"**{say('rules.title', locale)}**",
            *(_line(_kind(rule), rule, rule.pattern, locale) for rule in rules[:SHOWN]),
            say("rules.costly", locale, rules=_names(rules, costly)) if costly else "",
            say("rules.more", locale, count=more) if more > 0 else "",
        ),
        *([listed] if more > 0 else []),
    )
    return card, [rules_file(rules)] if more > 0 else []


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


def rule_trial(trial: Trial, locale: str) -> ui.LayoutView:
    """Which of the latest prompts match rules; shows words only to people who may read them."""
    if not trial.looked_at:
        return layout(text(say("rules.trial.none", locale)))
    matched, seen = trial.matched, [each for each in trial.matched if each.is_seen]
    head = trial_line(trial, locale)
    more, unseen = len(seen) - TRIED, len(matched) - len(seen)
    end = [
        say("rules.more", locale, count=more) if more > 0 else "",
        say("rules.trial.unseen", locale, count=unseen) if unseen else "",
        "" if trial.is_whole else say("rules.trial.cut", locale),
    ]
    return layout(
        text(f"**{head}**", *_counted(trial, locale)),
        *(text(_tried(each, locale)) for each in seen[:TRIED]),
        *([text(*end)] if any(end) else []),
    )


def trial_line(trial: Trial, locale: str) -> str:
    """How many of the latest prompts match; "" if none are kept."""
    if not trial.looked_at:
        return ""
    return say("rules.trial", locale, matched=len(trial.matched), count=trial.looked_at)


def _counted(trial: Trial, locale: str) -> list[str]:
    """How often each rule matched, the most frequent first."""
    counts = Counter(hit.rule.name for each in trial.matched for hit in each.hits)
    return [
        say("rules.trial.rule", locale, rule=escaped(name, FACT_LIMIT), count=count)
        for name, count in counts.most_common(COUNTED)
    ]


def _tried(tried: Tried, locale: str) -> str:
    return say(
        "rules.trial.line",
        locale,
        who=tried.request.user_id,
        when=tried.request.created_at,
        prompt=words(tried.request.spec, FACT_LIMIT),
        hits=", ".join(
            _line("rules.trial.hit", hit.rule, hit.words or "", locale)
            for hit in tried.hits[:HITS_SHOWN]
        ),
    )


def _names(rules: Sequence[PromptRule], chosen: Collection[str]) -> str:
    names = [escaped(rule.name, FACT_LIMIT) for rule in rules if rule.id in chosen]
    return ", ".join(names[:SHOWN_COSTLY]) + (" …" if len(names) > SHOWN_COSTLY else "")


def _kind(rule: PromptRule) -> str:
    return "rules.line_pattern" if rule.is_pattern else "rules.line"


def _line(key: str, rule: PromptRule, met: str, locale: str) -> str:
    return say(
        key,
        locale,
        rule=escaped(rule.name, FACT_LIMIT),
        does=say(f"choice.rule.{rule.action}", locale),
        words=escaped(met, FACT_LIMIT),
    )
