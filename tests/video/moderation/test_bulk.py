"""Lists of rules: what they come to, and what a hostile list costs."""

import secrets
from datetime import UTC, datetime

import pytest

from bot.errors import Refusal
from bot.video.moderation import bulk
from bot.video.moderation.patterns import Expressions
from bot.video.moderation.rules import NAME_LIMIT, RULES_LIMIT
from bot.video.moderation.wordlists import (
    AutoModRule,
    Wanted,
    from_automod,
    from_lines,
    from_table,
)
from bot.video.servers.audit import Act
from bot.video.values.moderation import RuleAction

ACT = Act(server_id=1, by=9, now=datetime(2026, 11, 29, tzinfo=UTC), choose=secrets.choice)
REFUSE = RuleAction.REFUSE


def planned(*words: str, is_pattern: bool = False, before=()) -> bulk.Plan:
    wanted = [Wanted(words=each, action=REFUSE, is_pattern=is_pattern) for each in words]
    return bulk.sort_out(ACT, before, wanted, Expressions())


def reasons(plan: bulk.Plan) -> list[str]:
    return [each.refusal.reason for each in plan.refused]


def test_what_folds_to_the_same_is_the_same_word() -> None:
    plan = planned("Wár", "war", "W\u200bAR", "wär*")

    assert [rule.pattern for rule in plan.new] == ["Wár", "wär*"]
    assert len(plan.twice) == 2


def test_long_words_have_names_of_their_own() -> None:
    plan = planned(*(f"{'x' * NAME_LIMIT}{number}" for number in range(3)))

    names = [rule.name for rule in plan.new]
    assert len(set(names)) == 3
    assert max(map(len, names)) <= NAME_LIMIT


def test_a_name_that_another_rule_has_gets_a_number() -> None:
    before = planned("fox").new

    plan = planned("fox", is_pattern=True, before=before)

    assert [rule.name for rule in plan.new] == ["fox 2"]


def test_each_that_cannot_be_watched_for_has_its_reason() -> None:
    plan = planned("***", "\u200b\u200b", "y" * 201)
    patterns = planned("(?=a)", "a*", "(", is_pattern=True)

    assert plan.new == patterns.new == []
    assert set(reasons(plan)) <= {"rule_empty", "rule_name", "rule_too_long"}
    assert set(reasons(patterns)) <= {"rule_unreadable", "rule_matches_all"}


def test_patterns_that_take_long_to_measure_are_bounded() -> None:
    plan = planned(*(f"a{number}+" for number in range(40)), is_pattern=True)

    assert reasons(plan).count("list_too_many_patterns") == 20


def test_a_hundred_thousand_lines_compile_no_more_words_than_are_taken() -> None:
    expressions = Expressions()
    wanted = from_lines("\n".join(f"w{number}" for number in range(33_000)), REFUSE)

    plan = bulk.sort_out(ACT, [], wanted, expressions)

    assert len(plan.new) == len(expressions) == RULES_LIMIT


async def test_all_is_added_or_nothing_and_only_to_the_rules_that_were_seen(store) -> None:
    plan = planned("war", "blood")
    await store.tx(bulk.add_all, ACT, planned("other"), action=bulk.ADDED)

    with pytest.raises(Refusal):
        await store.tx(bulk.add_all, ACT, plan, action=bulk.ADDED)

    assert len(await store.tx(lambda books: books.rules(1))) == 1


async def test_undo_leaves_rules_of_others_and_other_servers_alone(store) -> None:
    added = await store.tx(bulk.add_all, ACT, planned("war", "blood"), action=bulk.ADDED)
    elsewhere = Act(server_id=2, by=9, now=ACT.now, choose=secrets.choice)
    before = await store.tx(lambda books: books.rules(1))
    await store.tx(bulk.add_all, ACT, planned("fox", before=before), action=bulk.ADDED)

    with pytest.raises(Refusal):
        await store.tx(bulk.undo, elsewhere, added.entry.id)
    assert await store.tx(bulk.undo, ACT, added.entry.id) == 2
    assert [rule.name for rule in await store.tx(lambda books: books.rules(1))] == ["fox"]


def test_a_table_gives_words_actions_and_patterns() -> None:
    found = from_table("war\n\n'=x,hold\n a+ ,nonsense,pattern,more\n", REFUSE)

    assert [(each.words, str(each.action), each.is_pattern) for each in found] == [
        ("war", "refuse", False),
        ("=x", "hold", False),
        ("a+", "refuse", True),
    ]


@pytest.mark.parametrize(
    ("keyword", "allowed", "reason"),
    [
        ("*cat*", ("education",), "automod_exceptions"),
        ("cat", ("education",), None),
        ("c*t", (), "automod_sign"),
        ("what?", (), "automod_sign"),
        ("*", (), None),  # refused as every list's: it matches everything
    ],
)
def test_a_keyword_of_automod_means_the_same_or_is_refused(
    keyword: str, allowed: tuple[str, ...], reason: str | None
) -> None:
    rule = AutoModRule(name="x", keywords=(keyword,), allowed=allowed)

    wanted, refused = from_automod([rule], REFUSE, Expressions())

    assert [each.refusal.reason for each in refused] == ([reason] if reason else [])
    assert len(wanted) == (0 if reason else 1)
