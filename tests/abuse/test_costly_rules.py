"""Moderators with hostile rules, and members with hostile prompts."""

import asyncio
import itertools
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import msgspec
import pytest
import re2

from bot.errors import Refusal, RuleRefusal
from bot.video.moderation import patterns, screening
from bot.video.moderation.patterns import LETTERS, Expression, Expressions, Folded
from bot.video.moderation.screening import Screening, Unscreened
from bot.video.values.moderation import PromptRule, RuleAction
from bot.video.values.videos import State
from tests.fakes import settle
from tests.video.harness import SERVER, Harness

BOMB = "((((.{0,9}b?){0,9}c?){0,9}d?){0,1}e7){1,1}!"  # its program takes 7,025 steps
SLOW = "(.?){180}!"  # it fits into 64 KiB, and costs 90 to 500 ms for 8,000 letters
BISMILLAH = "\ufdfa"  # one letter, and eighteen as rules see it
SAM = 500
WHERE = (SERVER, SAM)


def add(
    middle: Harness,
    pattern: str,
    *,
    name: str = "r",
    is_pattern: bool = True,
    action=RuleAction.REFUSE,
):
    return middle.rules().add(
        WHERE, name=name, pattern=pattern, is_pattern=is_pattern, action=action
    )


def stored(pattern: str, *, number: int = 0, action=RuleAction.REFUSE) -> PromptRule:
    """As an earlier version let it in."""
    return PromptRule(
        id=f"rule{number:016}",
        server_id=SERVER,
        name=f"old {number:02}",
        pattern=pattern,
        is_pattern=True,
        action=action,
        set_by=SAM,
        set_at=datetime(2026, 11, 1, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("pattern", "reason"), [(BOMB, "rule_unreadable"), (SLOW, "rule_too_costly")]
)
async def test_a_pattern_that_would_hold_others_up_is_refused_in_words(
    middle: Harness, pattern, reason
):
    with pytest.raises(Refusal) as refused:
        await add(middle, pattern)

    assert refused.value.reason == reason
    assert await middle.store.tx(lambda books: books.rules(SERVER)) == []


async def test_many_rules_together_may_not_cost_more_than_a_server_has(middle: Harness):
    dear, said = r"\pN\pL", []  # from 1 to 3 ms
    for number in range(100):
        try:
            await add(middle, f"{dear}{number}", name=f"r{number}")
        except Refusal as refusal:
            said.append(refusal.reason)
            break

    assert said == ["rules_too_costly"]


@pytest.fixture
def slow_processor(middle: Harness):
    """A machine on which each search takes a second."""
    seconds = itertools.count()
    middle.videos.screening = Screening(expressions=Expressions(lambda: float(next(seconds))))


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("*w?rd{}*", "of swerd99x and foxes"),
        ("*\U0001f52b{}*", "\U0001f98a\U0001f52b99!"),
        ("\u20acuro{}", "a \u20acuro99 and foxes"),
        ("漢字{}", "一漢字99"),
    ],
)
async def test_a_hundred_words_are_no_burden_however_busy_the_machine_is(
    middle: Harness, slow_processor, word, text
):
    for number in range(100):
        await add(middle, word.format(number), name=f"r{number}", is_pattern=False)
    rules = await middle.store.tx(lambda books: books.rules(SERVER))

    assert await middle.videos.screening.too_costly(rules) == frozenset()
    with pytest.raises(RuleRefusal):
        await middle.accept(prompt=text)


@pytest.mark.parametrize(
    ("word", "text", "is_met"),
    [
        ("\u20acuro", "\U0001f52b\u20acuro\U0001f52b", True),
        ("\u20acuro", "x\u20acuro", False),
        ("\u20ac*", "\u20ac5\u20ac", True),
        ("a\u20ac?", "a\u20acb", True),
        ("a\u20ac?", "a\u20ac\U0001f52b", False),
    ],
)
def test_words_tell_their_own_signs_from_others(word, text, is_met):
    found = Expressions().get(word, False).search(Folded.of(text))

    assert (found is not None) is is_met


async def test_words_that_are_nearly_all_wildcards_are_refused(middle: Harness):
    with pytest.raises(Refusal) as refused:
        await add(middle, "*a" * 60, is_pattern=False)

    assert refused.value.reason == "rule_too_costly"


class ThreeTimesSlower(Expressions):
    """Measures as a machine that was idle a moment ago."""

    def get(self, pattern: str, is_pattern: bool) -> Expression:
        found = super().get(pattern, is_pattern)
        return msgspec.structs.replace(found, cost=3 * screening.RULE_COST)


async def test_what_was_let_in_is_looked_for_when_the_machine_is_three_times_slower(
    middle: Harness,
):
    middle.videos.screening = Screening(expressions=ThreeTimesSlower())
    rules = [stored(f"fox{number}", number=number) for number in range(2)]

    assert await middle.videos.screening.too_costly(rules) == frozenset()


@pytest.mark.parametrize("rest", ["", " gore"])
async def test_a_text_that_unfolds_to_too_many_letters_is_refused_and_not_cut(
    middle: Harness, rest
):
    await add(middle, "gore", is_pattern=False)

    with pytest.raises(Refusal) as refused:
        await middle.accept(prompt=BISMILLAH * (2500 - len(rest)) + rest)

    assert refused.value.reason == "unfolds_too_long"
    assert await middle.used() == 0


async def test_what_is_matched_is_never_longer_than_costs_were_measured_for(
    middle: Harness, monkeypatch
):
    longest, of = [], Folded.of
    monkeypatch.setattr(
        patterns.Folded, "of", lambda text: (longest.append(len(of(text).exact)), of(text))[1]
    )
    await add(middle, "gore", is_pattern=False)
    for count in (2500, 500, 10):
        try:
            await middle.accept(prompt=BISMILLAH * count)
        except Refusal:
            continue

    assert max(longest) <= LETTERS


async def test_rules_are_looked_for_in_no_transaction_and_not_in_the_loop(middle: Harness):
    with ThreadPoolExecutor(1, "rules") as threads:
        ran = []

        def aside(fn):
            return threads_of(threads, ran, fn)

        middle.videos.screening = Screening(aside)
        await add(middle, "gore", is_pattern=False)
        with pytest.raises(RuleRefusal):
            await middle.accept(prompt="gore")

    assert threading.current_thread().name not in ran
    assert {each.partition("_")[0] for each in ran} == {"rules"}


async def threads_of(threads, ran, fn):
    def run():
        ran.append(threading.current_thread().name)
        return fn()

    return await asyncio.get_running_loop().run_in_executor(threads, run)


async def test_an_answer_about_older_rules_is_not_taken(middle: Harness):
    await add(middle, "gore", is_pattern=False)
    look = middle.videos.screening.look

    async def overtaken(*asked):
        found = await look(*asked)
        if len(asked[1]) == 1:
            await add(middle, "fox", name="new", is_pattern=False)
        return found

    middle.videos.screening.look = overtaken
    with pytest.raises(RuleRefusal) as refused:
        await middle.accept(prompt="a fox")

    assert refused.value.facts["rule"] == "new"


async def test_a_costly_rule_of_an_earlier_version_holds_what_it_would_have_refused(
    middle: Harness,
):
    for number, pattern in enumerate((BOMB, SLOW)):
        await middle.store.tx(
            lambda books, rule: books.add_rule(rule), stored(pattern, number=number)
        )
    card = await middle.accept(prompt="a fox")
    rules = await middle.store.tx(lambda books: books.rules(SERVER))

    assert card.task.state is State.HELD
    assert await middle.videos.screening.too_costly(rules) == {rule.id for rule in rules}


async def test_a_costly_rule_that_only_logged_stops_nothing(middle: Harness):
    rule = stored(BOMB, action=RuleAction.LOG)
    await middle.store.tx(lambda books: books.add_rule(rule))

    assert (await middle.accept(prompt="a fox")).task.state is State.QUEUED


@pytest.mark.long
async def test_many_old_rules_are_looked_for_as_far_as_they_are_bearable(middle: Harness):
    old = [stored(rf"\pL{{3}}(?:{number}|x)!{number}", number=number) for number in range(100)]
    costly = await middle.videos.screening.too_costly(old)

    assert 0 < len(costly) < len(old)


def test_programs_are_kept_up_to_a_number_and_by_no_library():
    expressions = Expressions(lambda: 0.0)
    for number in range(patterns.STORED + 50):
        expressions.get(f"pattern{number}", True)
    for number in range(patterns.STORED_WORDS + 50):
        expressions.get(f"word{number}", False)

    assert len(expressions) == patterns.STORED + patterns.STORED_WORDS
    assert re2._Regexp._make.cache_info().currsize == 0


async def test_one_server_waits_for_its_own_texts_and_nobody_else_does():
    held, ran = asyncio.Event(), []

    async def aside(fn):
        value = fn()
        if value[1] == SERVER:
            await held.wait()
        ran.append(value[1])
        return value

    screening = Screening(aside)
    ours = [asyncio.create_task(in_turn(screening, SERVER, aside)) for _ in range(3)]
    await settle()
    await in_turn(screening, SERVER + 1, aside)
    assert ran == [SERVER + 1]
    held.set()
    await asyncio.gather(*ours)
    assert ran == [SERVER + 1, SERVER, SERVER, SERVER]


async def in_turn(screening: Screening, server_id: int, aside):
    async with screening._turn(server_id, 0.0):
        return await aside(lambda: ([], server_id))


async def test_who_would_have_to_wait_too_long_is_told_so():
    screening = Screening()
    async with screening._turn(SERVER, 0.04):
        with pytest.raises(Refusal) as refused:
            async with screening._turn(SERVER, 0.04):
                pass
        async with screening._turn(SERVER + 1, 0.04):
            pass

    assert refused.value.reason == "too_late"


async def test_rules_that_change_without_an_end_are_told_as_a_rush():
    async def never(_):
        raise Unscreened(SERVER, [], ["a"])

    with pytest.raises(Refusal) as refused:
        await Screening().around(never)
    assert refused.value.reason == "too_late"
