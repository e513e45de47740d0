"""A server's prompt rules: words and patterns, looked for in everything that is to be made.

Text is folded first, so that unseen characters, accents and odd letters hide nothing."""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache

import re2
from msgspec import Struct

from bot.errors import Refusal, RuleRefusal
from bot.video.limits.measures import PromptRule, RuleAction
from bot.video.models import VideoSpec, VideoTask, new_id
from bot.video.moderation.folding import fold
from bot.video.ports.books import Books
from bot.video.servers import audit
from bot.video.servers.audit import Act
from bot.video.visible import seen

NAME_LIMIT, PATTERN_LIMIT = 40, 200  # characters
RULES_LIMIT = 100  # a server
MEMORY = 1 << 20  # bytes a pattern may take; a larger one is refused when it is added
_EDGE = r"(?:^|$|[^\pL\pN_])"


class Hit(Struct, frozen=True, kw_only=True):
    """A rule with the words it matched, as they look folded."""

    rule: PromptRule
    words: str


def texts_of(spec: VideoSpec) -> Iterator[str]:
    """Everything in words that a film would be made of."""
    yield spec.prompt
    yield spec.negative_prompt
    yield from (shot.prompt for shot in spec.shots)


def hits(rules: Sequence[PromptRule], texts: Sequence[str]) -> list[Hit]:
    """What matches, a hit a rule at most, in the order of the rules."""
    folded = [fold(text) for text in texts if text]
    return [hit for rule in rules if (hit := _hit(rule, folded)) is not None]


def check_prompt(books: Books, server_id: int, spec: VideoSpec) -> list[Hit]:
    """The hits of rules that hold or log. Raises `RuleRefusal` for a rule that refuses."""
    found = hits(books.rules(server_id), list(texts_of(spec)))
    for hit in found:
        if hit.rule.action is RuleAction.REFUSE:
            raise RuleRefusal("prompt_rule", rule=hit.rule.name, words=hit.words)
    return found


def note_hits(
    books: Books,
    task: VideoTask,
    hits: Sequence[Hit],
    choose: Callable[[str], str],
    now: datetime,
) -> None:
    """Keep in the audit which rules an accepted film met."""
    for hit in hits:
        audit.record(
            books,
            "rule_met",
            choose=choose,
            now=now,
            server_id=task.server_id,
            actor_id=0,
            user_id=task.user_id,
            task_id=task.id,
            rule=hit.rule.name,
            words=hit.words,
        )


def add(
    books: Books, act: Act, *, name: str, pattern: str, is_pattern: bool, action: RuleAction
) -> PromptRule:
    """Raises `Refusal` for what cannot be watched for, a taken name, or too many rules."""
    rule = PromptRule(
        id=new_id(act.choose),
        server_id=act.server_id,
        name=" ".join(name.split()),
        pattern=pattern.strip(),
        is_pattern=is_pattern,
        action=action,
        set_by=act.by,
        set_at=act.now,
    )
    check_rule(rule)
    books.lock([f"server:{act.server_id}"])
    if len(books.rules(act.server_id)) >= RULES_LIMIT:
        raise Refusal("rules_too_many", limit=RULES_LIMIT)
    if not books.add_rule(rule):
        raise Refusal("rule_name_taken", rule=rule.name)
    act.record(books, "rule_added", rule=rule.name, pattern=rule.pattern, does=rule.action)
    return rule


def remove(books: Books, act: Act, name: str) -> PromptRule:
    """Raises `Refusal` when there is no rule of this name."""
    rule = books.remove_rule(act.server_id, " ".join(name.split()))
    if rule is None:
        raise Refusal("unknown_rule", rule=name)
    act.record(books, "rule_removed", rule=rule.name, pattern=rule.pattern, does=rule.action)
    return rule


def check_rule(rule: PromptRule) -> None:
    """Raises `Refusal` for a rule that matches nothing, everything, or cannot be read."""
    if not seen(rule.name) or len(rule.name) > NAME_LIMIT:
        raise Refusal("rule_name", limit=NAME_LIMIT)
    if len(rule.pattern) > PATTERN_LIMIT:
        raise Refusal("rule_too_long", limit=PATTERN_LIMIT)
    if not rule.is_pattern and not fold(rule.pattern).strip("*? "):
        raise Refusal("rule_empty")
    try:
        matches_nothing_said = _compiled(rule.pattern, rule.is_pattern).search("") is not None
    except re2.error as error:
        said = error.args[0] if error.args else ""
        why = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
        raise Refusal("rule_unreadable", why=why) from None
    if matches_nothing_said:
        raise Refusal("rule_matches_all")


def _hit(rule: PromptRule, folded: Sequence[str]) -> Hit | None:
    expression = _compiled(rule.pattern, rule.is_pattern)
    for text in folded:
        if (match := expression.search(text)) is not None:
            return Hit(rule=rule, words=match.group(0 if rule.is_pattern else 1).strip())
    return None


@lru_cache(maxsize=2048)
def _compiled(pattern: str, is_pattern: bool) -> "re2._Regexp":
    options = re2.Options()
    options.max_mem = MEMORY
    options.log_errors = False
    options.case_sensitive = False
    return re2.compile(_folded_pattern(pattern) if is_pattern else _of_word(pattern), options)


def _folded_pattern(pattern: str) -> str:
    r"""As `fold`, but ASCII stays as it is: `\D` is not `\d`."""
    return "".join(letter if letter.isascii() else fold(letter) for letter in pattern)


def _of_word(word: str) -> str:
    """A whole word or phrase; `*` stands for any letters and `?` for one."""
    folded = fold(word)
    middle = "".join(
        {"*": r"[\pL\pN_]*", "?": r"[\pL\pN_]"}.get(c) or re2.escape(c) for c in folded
    )
    return f"{_edge(folded[:1])}({middle}){_edge(folded[-1:])}"


def _edge(letter: str) -> str:
    """Scripts without cases, such as Chinese and Thai, mostly put no spaces between words."""
    return "" if unicodedata.category(letter or " ") == "Lo" else _EDGE
