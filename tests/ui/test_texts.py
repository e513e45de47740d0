"""The catalogues: complete, alike, used, within Discord's limits, with each language's rules."""

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import discord
import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from bot.ui.languages import (
    ENGLISH,
    LANGUAGES,
    Language,
    language_of,
)
from bot.ui.texts import is_known
from bot.video.life.gate import Pause
from bot.video.values.catalogue import (
    DEFAULT_MODEL,
    MODELS,
    durations,
    longest_prompt,
    longest_shot_prompt,
)

ROOT = Path(__file__).parents[2]
SOURCES = [
    ROOT / "bot/errors.py",
    *ROOT.glob("bot/ui/**/*.py"),
    *ROOT.glob("bot/video/**/*.py"),
    *ROOT.glob("cogs/**/*.py"),
]
SAME_EVERYWHERE = {"button.came_from", "choice.aspect_ratio.9:16", "videos.id", "settings.no"}
LIMITS = {  # characters; Discord, components reference and application commands
    r"command\..*|option\..*|choice\..*": 100,
    r"button\..*": 80,
    r"modal\..*\.hint": 100,
    r"modal\..*": 45,
    r".*": 600,
}


def entries(language: Language) -> dict[str, Message]:
    source = ROOT / f"bot/ui/locales/{language.catalogue}.po"
    with source.open("rb") as lines:
        return {
            message.id if isinstance(message.id, str) else message.id[0]: message
            for message in read_po(lines, locale=language.catalogue)
            if message.id
        }


def forms(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


TEXTS = entries(ENGLISH)
each_language = pytest.mark.parametrize("language", LANGUAGES, ids=lambda each: each.code)
each_translation = pytest.mark.parametrize(
    "language", [each for each in LANGUAGES if each is not ENGLISH], ids=lambda each: each.code
)


def test_every_catalogue_belongs_to_a_language_and_every_language_has_one() -> None:
    written = {path.stem for path in (ROOT / "bot/ui/locales").glob("*.po")}

    assert written == {each.catalogue for each in LANGUAGES}


@each_language
def test_a_language_is_said_in_locales_of_its_own_and_offered_by_name(language: Language) -> None:
    assert {language_of(locale) for locale in language.locales} == {language}
    assert set(language.offered) <= set(language.locales)
    assert all(is_known(f"choice.language.{locale}") for locale in language.offered)
    assert set(language.locales) <= {each.value for each in discord.Locale}


@each_translation
def test_a_translation_has_the_same_texts_as_english(language: Language) -> None:
    assert entries(language).keys() == TEXTS.keys()


@each_language
def test_no_text_is_written_twice_in_a_catalogue(language: Language) -> None:
    source = (ROOT / f"bot/ui/locales/{language.catalogue}.po").read_text(encoding="utf-8")
    keys = re.findall(r'^msgid "(.+)"$', source, re.MULTILINE)

    assert sorted(keys) == sorted(set(keys))


@each_language
def test_no_text_or_plural_form_is_empty_or_shouts(language: Language) -> None:
    for key, message in entries(language).items():
        assert message.pluralizable == TEXTS[key].pluralizable, key
        assert all(text and text == text.strip() for text in forms(message)), key
        assert not any("!" in text or "¡" in text for text in forms(message)), key


@each_language
def test_all_forms_of_a_text_have_the_same_placeholders(language: Language) -> None:
    for key, message in entries(language).items():
        wanted = placeholders(forms(TEXTS[key])[-1])
        for text in forms(message):
            is_singular = message.pluralizable and "{count}" not in text
            assert placeholders(text) == wanted - ({"count"} if is_singular else set()), key


@each_translation
def test_every_text_is_translated(language: Language) -> None:
    translated = entries(language)
    missing = sorted(TEXTS.keys() - translated.keys())
    assert missing == [], f"not in {language}"
    untranslated = [
        key
        for key in TEXTS.keys() - SAME_EVERYWHERE
        for text in forms(translated[key])
        if text in forms(TEXTS[key]) and re.search(r"[^\W\d_]{2,}", re.sub(r"\{.*?\}", "", text))
    ]
    assert untranslated == []


@each_language
def test_every_text_fits_where_discord_shows_it(language: Language) -> None:
    for key, message in entries(language).items():
        limit = next(limit for pattern, limit in LIMITS.items() if re.fullmatch(pattern, key))
        assert max(map(len, forms(message))) <= limit, key


def calls(*names: str) -> Iterator[tuple[str, ast.Call]]:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
            if called in names:
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def pattern(node: ast.JoinedStr) -> str:
    """What an f-string can become; None if it says too little to tell."""
    parts = [
        re.escape(str(part.value)) if isinstance(part, ast.Constant) else "(.+)"
        for part in node.values
    ]
    return "".join(parts) if re.match(r"[a-z_]+\\\.", parts[0] if parts else "") else ""


def literals(node: ast.AST) -> Iterator[str]:
    """Strings that an argument can be, whichever way its condition goes."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)


def test_every_text_that_is_said_exists_and_all_its_placeholders_are_filled() -> None:
    for where, call in calls("say", "localised"):
        given = {keyword.arg for keyword in call.keywords}
        for key in literals(call.args[0]):
            assert key in TEXTS, where
            if None not in given and call.func.id == "say":  # type: ignore[attr-defined]
                assert placeholders(forms(TEXTS[key])[-1]) <= given, where


def test_every_refusal_has_a_text_and_the_facts_it_needs() -> None:
    seen = 0
    for where, call in calls("Refusal"):
        for reason in literals(call.args[0]):
            seen += 1
            assert f"refusal.{reason}" in TEXTS, where
            wanted = placeholders(forms(TEXTS[f"refusal.{reason}"])[-1])
            assert wanted <= {keyword.arg for keyword in call.keywords}, where
    assert seen > 10


def test_everything_the_operator_is_told_has_a_text() -> None:
    seen = 0
    for where, call in calls("tell_operator"):
        for cause in literals(call.args[1]):
            seen += 1
            wanted = placeholders(forms(TEXTS[f"operator.{cause}"])[-1])
            assert wanted <= {keyword.arg for keyword in call.keywords}, where
    assert seen
    assert {f"operator.{pause}" for pause in Pause} <= TEXTS.keys()


def test_no_text_is_kept_that_nobody_says() -> None:
    said: set[str] = set()
    patterns: set[str] = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                said.add(node.value)
            elif isinstance(node, ast.JoinedStr) and (found := pattern(node)):
                patterns.add(found)

    def is_said(key: str) -> bool:
        filled = filter(None, (re.fullmatch(pattern, key) for pattern in patterns))
        return key in said or any(set(match.groups()) <= said for match in filled)

    assert [key for key in TEXTS if not is_said(key)] == []


@each_language
def test_the_texts_name_every_model_and_its_limits(language: Language) -> None:
    texts, default = entries(language), MODELS[DEFAULT_MODEL]
    assert {f"choice.model.{each}" for each in MODELS} <= texts.keys()
    told: dict[str, list[int | str]] = {
        "option.video.prompt": [longest_prompt()],
        "option.video.duration": [durations()[0], durations()[-1], default.usual_duration],
        "option.video.quality": [default.qualities[0]],
        "modal.board.lines.hint": [longest_shot_prompt()],
        "modal.board.seconds.hint": [durations()[-1]],
    }
    for key, numbers in told.items():
        said = re.findall(r"\d+p?", " ".join(forms(texts[key])))
        assert {str(each) for each in numbers} <= set(said), key
