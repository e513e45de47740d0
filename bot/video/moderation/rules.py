"""A server's prompt rules: words and patterns to look for in every text of a video.

Texts are folded first, so invisible characters, accents and odd letters hide nothing."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from msgspec.structs import replace

from bot.errors import Refusal, RuleRefusal
from bot.video.moderation.folding import fold
from bot.video.moderation.screening import Hit, Screened, Unscreened
from bot.video.ports.books import Books
from bot.video.servers import audit
from bot.video.servers.audit import Act
from bot.video.values.moderation import AuditEntry, PromptRule, RuleAction
from bot.video.values.videos import VideoSpec, VideoTask, new_id
from bot.video.values.visible import seen

NAME_LIMIT, PATTERN_LIMIT = 40, 200  # characters
REMOVED = "rule_removed"  # older entries lack what an undo needs
RULES_LIMIT = 250  # per server; as many words as fit in the cost of a text


def texts_of(spec: VideoSpec) -> Iterator[str]:
    """Every text that goes into a video."""
    yield spec.prompt
    yield spec.negative_prompt
    yield from (shot.prompt for shot in spec.shots)


def check_prompt(
    books: Books, server_id: int, spec: VideoSpec, screened: Screened | None
) -> list[Hit]:
    """The hits of rules that hold or log. Raises `RuleRefusal` for a rule that refuses, and
    `Unscreened` if `screened` is about other rules or texts."""
    rules, texts = books.rules(server_id), list(texts_of(spec))
    if not rules:
        return []
    if screened is None or (screened.rules, screened.texts) != (rules, texts):
        raise Unscreened(server_id, rules, texts)
    for hit in screened.hits:
        if hit.rule.action is RuleAction.REFUSE and hit.words is not None:
            raise RuleRefusal("prompt_rule", rule=hit.rule.name, words=hit.words)
    return [hit for hit in map(_careful, screened.hits) if hit is not None]


def _careful(hit: Hit) -> Hit | None:
    """A hit of a rule that is too costly to run: instead of refusing, hold for a moderator."""
    if hit.words is not None:
        return hit
    if hit.rule.action is RuleAction.LOG:
        return None
    return replace(hit, rule=replace(hit.rule, action=RuleAction.HOLD))


def note_hits(
    books: Books,
    task: VideoTask,
    hits: Sequence[Hit],
    choose: Callable[[str], str],
    now: datetime,
) -> None:
    """Record in the audit which rules an accepted video matched."""
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
            words=hit.words or "",
            does=hit.rule.action,
        )


def new_rule(
    act: Act, *, name: str, pattern: str, is_pattern: bool, action: RuleAction
) -> PromptRule:
    """A new rule. Raises `Refusal` without a name or anything to watch for."""
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
    check_form(rule)
    return rule


def add(
    books: Books, act: Act, *, name: str, pattern: str, is_pattern: bool, action: RuleAction
) -> tuple[PromptRule, AuditEntry]:
    """Add a measured rule; the entry undoes it. Raises `Refusal` for a taken name, or too many
    rules."""
    rule = new_rule(act, name=name, pattern=pattern, is_pattern=is_pattern, action=action)
    books.lock([f"server:{act.server_id}"])
    if len(books.rules(act.server_id)) >= RULES_LIMIT:
        raise Refusal("rules_too_many", limit=RULES_LIMIT)
    if not books.add_rule(rule):
        raise Refusal("rule_name_taken", rule=rule.name)
    entry = act.record(
        books,
        "rule_added",
        rule=rule.name,
        pattern=rule.pattern,
        does=rule.action,
        rules=[rule.id],
    )
    return rule, entry


def remove(books: Books, act: Act, name: str) -> tuple[PromptRule, AuditEntry]:
    """Remove a rule; the entry undoes it. Raises `Refusal` if there is none with this name."""
    rule = books.remove_rule(act.server_id, " ".join(name.split()))
    if rule is None:
        raise Refusal("unknown_rule", rule=name)
    entry = act.record(
        books,
        REMOVED,
        rule=rule.name,
        pattern=rule.pattern,
        does=rule.action,
        is_pattern=rule.is_pattern,
    )
    return rule, entry


def check_form(rule: PromptRule) -> None:
    """Check what needs no compiling. Raises `Refusal`."""
    if not seen(rule.name) or len(rule.name) > NAME_LIMIT:
        raise Refusal("rule_name", limit=NAME_LIMIT)
    if len(rule.pattern) > PATTERN_LIMIT:
        raise Refusal("rule_too_long", limit=PATTERN_LIMIT)
    if not rule.is_pattern and not fold(rule.pattern).strip("*? "):
        raise Refusal("rule_empty")
