"""Prompt rules: what they match, however it is disguised, and which rules are refused."""

import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Refusal
from bot.video.moderation.folding import fold
from bot.video.moderation.patterns import Expressions
from bot.video.moderation.rules import check_form, texts_of
from bot.video.moderation.screening import Hit, check_expression, looked
from bot.video.values.moderation import PromptRule, RuleAction
from bot.video.values.videos import Shot, VideoSpec


def rule(pattern: str, *, is_pattern: bool = False, name: str = "r") -> PromptRule:
    return PromptRule(
        id="r" * 20,
        server_id=1,
        name=name,
        pattern=pattern,
        is_pattern=is_pattern,
        action=RuleAction.REFUSE,
        set_by=9,
        set_at=datetime(2026, 11, 23, tzinfo=UTC),
    )


def hits(rules: list[PromptRule], texts: list[str]) -> list[Hit]:
    return list(looked(Expressions(), rules, texts)[0])


def check_rule(rule: PromptRule) -> None:
    """As when a moderator adds it."""
    check_form(rule)
    check_expression(Expressions(), rule)


def matches(pattern: str, text: str, *, is_pattern: bool = False) -> bool:
    return bool(hits([rule(pattern, is_pattern=is_pattern)], [text]))


@pytest.mark.parametrize(
    "text",
    [
        "a gore scene",
        "GORE",
        "go\u200bre",
        "g\u0336o\u0336r\u0336e\u0336",
        "ｇｏｒｅ",
        "\U0001d420\U0001d428\U0001d42b\U0001d41e everywhere",
        "gór\u00ade",
        "no,gore.",
        "go\u2060re\ufe0f",
    ],
)
def test_a_word_is_found_in_every_dress(text: str) -> None:
    assert matches("gore", text)


@pytest.mark.parametrize(
    ("pattern", "text", "met"),
    [
        ("acme*", "an ACME-corp rocket", "acme"),
        ("acme*", "acmes!", "acmes"),
        ("w?r", "(war)", "war"),
        ("two words", "of two  words, at most", "two words"),
        ("戦争", "大戦争だ", "戦争"),
    ],
)
def test_a_hit_names_the_words_and_nothing_around_them(pattern: str, text: str, met: str) -> None:
    (hit,) = hits([rule(pattern)], [text])

    assert hit.words == met


@pytest.mark.parametrize("text", ["gorebot", "a gorgeous view", "category", ""])
def test_a_word_is_not_found_inside_other_words(text: str) -> None:
    assert not matches("gore", text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("gor*", "GOREBOT"),
        ("*bot", "gorebot"),
        ("g?re", "gure"),
        ("hot  dog", "a hot \u200b\n dog!"),
        ("c++", "learn C++ now"),
        ("STRASSE", "eine Straße"),
        ("猫", "黒猫が走る"),
    ],
)
def test_wildcards_phrases_signs_and_scripts_without_spaces(pattern: str, text: str) -> None:
    assert matches(pattern, text)


def test_a_pattern_is_looked_for_in_the_same_folded_text() -> None:
    assert matches(r"\bk[i1]ll\w*", "K\u200bILLING", is_pattern=True)
    assert not matches(r"^\d+$", "a 1", is_pattern=True)


def test_the_shots_and_the_negative_prompt_are_looked_through_too() -> None:
    spec = VideoSpec(
        prompt="a walk", negative_prompt="rain", shots=(Shot(prompt="gore", seconds=5),)
    )

    assert list(texts_of(spec)) == ["a walk", "rain", "gore"]


@pytest.mark.parametrize(
    ("pattern", "is_pattern", "reason"),
    [
        (r"(a)\1", True, "rule_unreadable"),
        (r"(?=a)b", True, "rule_unreadable"),
        ("[", True, "rule_unreadable"),
        (r"(?:\pL{1,50}){1,20}", True, "rule_unreadable"),
        ("a*", True, "rule_matches_all"),
        ("***", False, "rule_empty"),
        ("\u200b", False, "rule_empty"),
        ("a" * 201, False, "rule_too_long"),
    ],
)
def test_what_cannot_be_watched_for_is_refused(pattern: str, is_pattern: bool, reason: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_rule(rule(pattern, is_pattern=is_pattern))
    assert refused.value.reason == reason


def test_a_pattern_that_hangs_other_engines_is_quick() -> None:
    assert matches(r"(a+)+$", "a" * 2500 + "b" + "a", is_pattern=True)
    assert not matches(r"^(a|aa)+c$", "a" * 2500, is_pattern=True)


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("sığır", "SIĞIR"),
        ("SIĞIR", "iki sığır"),
        ("sigir", "SIĞIR"),
        ("İSTANBUL", "istanbul"),
        ("ISPARTA", "ısparta"),
        ("łoś", "los"),
        ("los", "ŁOŚ"),
        ("gore", "gøre"),
        ("blød", "BLOD"),
        ("gore", "ɢᴏʀᴇ"),
        ("gore", "ɠore"),
        ("gore", "ɡorǝ"),
        ("gore", "🅖🅾🅡🅴"),
    ],
)
@pytest.mark.parametrize("is_pattern", [False, True])
def test_a_letter_of_another_alphabet_hides_no_word(word: str, text: str, is_pattern: bool) -> None:
    assert matches(word, text, is_pattern=is_pattern)


@given(st.text(max_size=60))
def test_folding_is_done_once_and_for_all(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(
    st.text(alphabet="abcxyz", min_size=1, max_size=8),
    st.lists(st.sampled_from("\u200b\u200d\u0301\u0336\u00ad\ufe0f"), min_size=1, max_size=8),
    st.booleans(),
)
def test_no_unseen_character_hides_a_word(word: str, unseen: list[str], is_wide: bool) -> None:
    hidden = "".join(letter + unseen[at % len(unseen)] for at, letter in enumerate(word))
    if is_wide:
        hidden = "".join(chr(ord(c) + 0xFEE0) if c in "abcxyz" else c for c in hidden)

    assert matches(word, f"say {hidden} twice")


@given(st.text(max_size=200).filter(str.isprintable))
def test_a_word_that_can_be_kept_never_breaks_and_finds_itself(word: str) -> None:
    try:
        check_rule(rule(word[:200]))
    except Refusal:
        return
    plain = word.replace("*", "").replace("?", "")
    if fold(plain) == fold(word) and unicodedata.is_normalized("NFKC", word):
        assert matches(word, word)
