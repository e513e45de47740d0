"""The catalogues: complete, alike, used, within Discord's limits, with each language's rules."""

import ast
import re
import string
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import discord
import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from discord import app_commands
from msgspec.structs import replace

from bot.ui import languages
from bot.ui.languages import (
    ENGLISH,
    LANGUAGES,
    SPANISH,
    Language,
    catalogue,
    dollars,
    language_of,
    listed,
    number,
)
from bot.ui.money import duration_choice, price_text
from bot.ui.texts import Translator, is_known, localised, say
from bot.video.life.gate import Pause
from bot.video.limits.room import Purse

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
    """What an f-string can become; nothing where it says too little to tell."""
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


@pytest.mark.parametrize(
    ("locale", "spoken"),
    [
        ("es-ES", "es"),
        ("es-419", "es-419"),
        ("es", "es"),
        ("en-GB", "en"),
        ("en-US", "en"),
        ("fr", "en"),
        ("", "en"),
    ],
)
def test_discords_locales_are_spoken_in_a_language_of_ours(locale: str, spoken: str) -> None:
    assert language_of(locale).code == spoken


def test_numbers_are_written_as_the_reader_writes_them() -> None:
    facts = {"limit": 2500, "length": 12345}

    assert "12,345" in say("refusal.prompt_too_long", "en-US", **facts)
    assert "12.345" in say("refusal.prompt_too_long", "es-ES", **facts)
    assert "12,345" in say("refusal.prompt_too_long", "es-419", **facts)


@pytest.mark.parametrize(
    ("locale", "written"),
    [
        ("en-US", ("1,234.5", "$1,234.50", "a, b, and c")),
        ("en-GB", ("1,234.5", "US$1,234.50", "a, b and c")),
        ("es-ES", ("1.234,5", "1.234,50\xa0US$", "a, b y c")),
        ("es-419", ("1,234.5", "USD1,234.50", "a, b y c")),
        ("fr", ("1,234.5", "$1,234.50", "a, b, and c")),
    ],
)
def test_numbers_money_and_lists_are_the_locales_own(
    locale: str, written: tuple[str, str, str]
) -> None:
    said = number(1234.5, locale), dollars(1234.5, locale), listed(["a", "b", "c"], locale)

    assert said == written


def test_latin_america_reads_its_own_spelling() -> None:
    assert say("command.video", "es-ES") == "Crea un vídeo con palabras"
    assert say("command.video", "es-419") == "Crea un video con palabras"


def test_one_and_many_are_said_differently() -> None:
    assert say("card.place", "en-US", count=1) == "Next in the queue."
    assert say("card.place", "es-ES", count=12) == "N.º 12 en la cola."


def test_a_time_is_shown_in_the_readers_own_clock() -> None:
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)

    assert "<t:1795435200:R>" in say("card.starts_at", "en-US", start=noon)


def test_a_text_that_does_not_exist_is_not_said() -> None:
    assert not is_known("card.nowhere")
    with pytest.raises(KeyError):
        say("card.nowhere", "en-US")


def test_a_text_that_one_language_lacks_is_said_in_english_and_logged_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    spanish = catalogue(SPANISH)
    lacking = {key: text for key, text in spanish.by_key.items() if key != "end.cancelled"}
    monkeypatch.setattr(
        languages, "catalogue", lambda each: catalogue(each) if each is ENGLISH else cut
    )
    cut = replace(spanish, by_key=lacking)

    said = {say("end.cancelled", "es-ES") for _ in range(2)}

    assert said == {say("end.cancelled", "en-US")}
    assert [record.getMessage() for record in caplog.records] == [
        "es.po has no text for end.cancelled; using English"
    ]


def test_a_forgotten_placeholder_is_no_silence() -> None:
    with pytest.raises(KeyError):
        say("card.starts_at", "en-US")


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("en-US", "27 credits ($0.40)"),
        ("es-ES", "27 créditos (0,40\xa0US$)"),
        ("fr", "27 credits ($0.40)"),
    ],
)
def test_a_price_is_whole_credits_and_about_so_many_dollars(locale: str, text: str) -> None:
    assert price_text(270_000, locale, 68) == text


def test_a_price_is_never_rounded_down() -> None:
    assert price_text(270_001, "en-US", 68).startswith("28 credits")


@pytest.mark.parametrize(
    ("left", "short", "end"),
    [
        (2, None, "2 more like this today"),
        (None, None, "($0.40)"),
        (-1, Purse.PERSON, "more than you have left today"),
        (-1, Purse.SERVER, "more than this server has left this month"),
        (-1, Purse.BOT, "more than this bot has left today"),
    ],
)
def test_a_duration_says_what_it_costs_and_leaves(
    left: int | None, short: Purse | None, end: str
) -> None:
    text = duration_choice(5, 270_000, "en-US", 68, left, short)

    assert text.startswith("5 s · 27 credits ($0.40)")
    assert text.endswith(end)


@pytest.mark.parametrize("locale", ["en-US", "es-ES", "es-419"])
@pytest.mark.parametrize(
    ("left", "short"), [(None, None), (999_999, None), *((-1, short) for short in Purse)]
)
def test_a_duration_fits_a_choice_at_any_price(
    locale: str, left: int | None, short: Purse | None
) -> None:
    assert len(duration_choice(15, 99_999 * 10_000, locale, 0.01, left, short)) <= 100


async def test_descriptions_and_choices_are_translated_but_names_are_not() -> None:
    @app_commands.command(name="video", description=localised("command.video"))
    @app_commands.describe(prompt=localised("option.video.prompt"))
    @app_commands.choices(
        sound=[app_commands.Choice(name=localised("choice.sound.on"), value="on")]
    )
    async def video(
        interaction: discord.Interaction, prompt: str, sound: app_commands.Choice[str]
    ) -> None: ...

    async with discord.Client(intents=discord.Intents.none()) as client:
        tree = app_commands.CommandTree(client)
        payload = await video.get_translated_payload(tree, Translator())

    spanish = {"es-ES", "es-419"}
    assert payload["name"] == "video"
    assert payload["name_localizations"] == {}
    assert payload["description"] == say("command.video", "en-US")
    assert payload["description_localizations"].keys() == spanish
    prompt, sound = payload["options"]
    assert prompt["description_localizations"]["es-419"] == say("option.video.prompt", "es-419")
    assert sound["choices"][0]["name_localizations"].keys() == spanish
