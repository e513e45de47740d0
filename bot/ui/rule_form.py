"""The form for one prompt rule: how `/rules add` opens again after a refusal."""

from collections.abc import Mapping

import discord
from msgspec import Struct

from bot.errors import Refusal
from bot.ui.forms import form, text_field
from bot.ui.items import Verb
from bot.video.moderation import rules
from bot.video.values.moderation import RuleAction

NAME, WATCHED = "name", "watched"  # the fields
WORD, PATTERN = "word", "pattern"  # what is watched for


class RuleKind(Struct, frozen=True, kw_only=True):
    """What a rule watches for and does, encoded in the form's custom id."""

    is_pattern: bool
    action: RuleAction

    @classmethod
    def read(cls, written: str) -> "RuleKind":
        """Parse what `__str__` wrote. Raises `Refusal`."""
        kind, _, action = written.partition(".")
        if kind not in (WORD, PATTERN) or action not in list(RuleAction):
            raise Refusal("unknown_choice", option="action")
        return cls(is_pattern=kind == PATTERN, action=RuleAction(action))

    def __str__(self) -> str:
        return f"{PATTERN if self.is_pattern else WORD}.{self.action}"


def rule_form(kind: RuleKind, locale: str) -> discord.ui.Modal:
    """A form with the rule's name and what it watches for."""
    watched = "modal.rule.pattern" if kind.is_pattern else "modal.rule.word"
    return form(
        Verb.RULE_WRITE,
        str(kind),
        locale,
        text_field(NAME, "modal.rule.name", locale, limit=rules.NAME_LIMIT, is_long=False),
        text_field(WATCHED, watched, locale, limit=rules.PATTERN_LIMIT, is_long=False),
    )


def fields_of(sent: Mapping[str, str]) -> tuple[str, str]:
    """The name, and the word or pattern."""
    return sent.get(NAME, ""), sent.get(WATCHED, "")
