"""The catalogues: complete, alike, used, within Discord's limits, said as a language says it."""

import ast
import re
import string
from collections.abc import Iterator
from datetime import UTC, datetime
from gettext import c2py
from io import BytesIO
from pathlib import Path

import discord
import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from discord import app_commands

from bot.ui.catalogues import LANGUAGES, catalogue, language, written
from bot.ui.money import duration_choice, price_text
from bot.ui.texts import Translator, is_known, localised, say
from bot.video.life.gate import Pause
from bot.video.limits.room import Purse

ROOT = Path(__file__).parents[2]
SOURCES = [
    *ROOT.glob("bot/ui/**/*.py"),
    *ROOT.glob("bot/video/**/*.py"),
    *ROOT.glob("cogs/**/*.py"),
]
SAME_IN_BOTH = {"choice.aspect_ratio.9:16", "videos.id", "settings.no"}
LIMITS = {  # characters; Discord, components reference and application commands
    r"command\..*|option\..*|choice\..*": 100,
    r"button\..*": 80,
    r"modal\..*\.hint": 100,
    r"modal\..*": 45,
    r".*": 600,
}


def entries(name: str) -> dict[str, Message]:
    return {
        message.id if isinstance(message.id, str) else message.id[0]: message
        for message in read_po(BytesIO(written(name)), locale=name)
        if message.id
    }


def forms(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


ENGLISH, SPANISH = entries("en"), entries("es")


def test_both_languages_have_the_same_texts() -> None:
    assert ENGLISH.keys() == SPANISH.keys()


@pytest.mark.parametrize("name", LANGUAGES)
def test_a_catalogue_is_read_as_babel_reads_it(name: str) -> None:
    read = catalogue(name)
    babels = read_po(BytesIO(written(name)), locale=name)

    told = {key: [text] if isinstance(text, str) else text for key, text in read.by_key.items()}
    assert told == {key: forms(message) for key, message in entries(name).items()}
    assert [*map(read.plural, range(200))] == [*map(c2py(babels.plural_expr), range(200))]


@pytest.mark.parametrize("name", LANGUAGES)
def test_no_text_is_written_twice_in_a_catalogue(name: str) -> None:
    source = (ROOT / f"bot/ui/locales/{name}.po").read_text(encoding="utf-8")
    keys = re.findall(r'^msgid "(.+)"$', source, re.MULTILINE)

    assert sorted(keys) == sorted(set(keys))


def both(key: str) -> list[str]:
    return [*forms(ENGLISH[key]), *forms(SPANISH[key])]


def test_no_text_or_plural_form_is_empty_or_shouts() -> None:
    for key, english in ENGLISH.items():
        assert english.pluralizable == SPANISH[key].pluralizable, key
        assert len(both(key)) == (4 if english.pluralizable else 2), key
        assert all(text and text == text.strip() for text in both(key)), key
        assert not any("!" in text or "¡" in text for text in both(key)), key


def test_all_forms_of_a_text_have_the_same_placeholders() -> None:
    for key, english in ENGLISH.items():
        wanted = placeholders(forms(english)[-1])
        for text in both(key):
            is_singular = english.pluralizable and "{count}" not in text
            assert placeholders(text) == wanted - ({"count"} if is_singular else set()), key


def test_every_text_is_translated() -> None:
    for key in ENGLISH.keys() - SAME_IN_BOTH:
        for english, spanish in zip(forms(ENGLISH[key]), forms(SPANISH[key]), strict=True):
            has_words = re.search(r"[^\W\d_]{2,}", re.sub(r"\{.*?\}", "", english))
            assert english != spanish or not has_words, key


def test_every_text_fits_where_discord_shows_it() -> None:
    for key in ENGLISH:
        limit = next(limit for pattern, limit in LIMITS.items() if re.fullmatch(pattern, key))
        assert max(map(len, both(key))) <= limit, key


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
            assert key in ENGLISH, where
            if None not in given and call.func.id == "say":  # type: ignore[attr-defined]
                assert placeholders(forms(ENGLISH[key])[-1]) <= given, where


def test_every_refusal_has_a_text_and_the_facts_it_needs() -> None:
    seen = 0
    for where, call in calls("Refusal"):
        for reason in literals(call.args[0]):
            seen += 1
            assert f"refusal.{reason}" in ENGLISH, where
            wanted = placeholders(forms(ENGLISH[f"refusal.{reason}"])[-1])
            assert wanted <= {keyword.arg for keyword in call.keywords}, where
    assert seen > 10


def test_everything_the_operator_is_told_has_a_text() -> None:
    seen = 0
    for where, call in calls("tell_operator"):
        for cause in literals(call.args[1]):
            seen += 1
            wanted = placeholders(forms(ENGLISH[f"operator.{cause}"])[-1])
            assert wanted <= {keyword.arg for keyword in call.keywords}, where
    assert seen
    assert {f"operator.{pause}" for pause in Pause} <= ENGLISH.keys()


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

    assert [key for key in ENGLISH if not is_said(key)] == []


@pytest.mark.parametrize(
    ("locale", "spoken"),
    [("es-ES", "es"), ("es-419", "es"), ("en-GB", "en"), ("en-US", "en"), ("fr", "en"), ("", "en")],
)
def test_discords_locales_are_spoken_in_a_language_of_ours(locale: str, spoken: str) -> None:
    assert language(locale) == spoken


def test_numbers_are_written_as_the_reader_writes_them() -> None:
    facts = {"limit": 2500, "length": 12345}

    assert "12,345" in say("refusal.prompt_too_long", "en-US", **facts)
    assert "12.345" in say("refusal.prompt_too_long", "es-ES", **facts)
    assert "12,345" in say("refusal.prompt_too_long", "es-419", **facts)


def test_one_and_many_are_said_differently() -> None:
    assert say("card.place", "en-US", count=1) == "Next in the queue."
    assert say("card.place", "es-ES", count=12) == "Puesto 12 en la cola."


def test_a_time_is_shown_in_the_readers_own_clock() -> None:
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)

    assert "<t:1795435200:R>" in say("card.starts_at", "en-US", start=noon)


def test_a_text_that_does_not_exist_is_not_said() -> None:
    assert not is_known("card.nowhere")
    with pytest.raises(KeyError):
        say("card.nowhere", "en-US")


def test_a_forgotten_placeholder_is_no_silence() -> None:
    with pytest.raises(KeyError):
        say("card.starts_at", "en-US")


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("en-US", "27 credits (about $0.40)"),
        ("es-ES", "27 créditos (unos 0,40\xa0US$)"),
        ("fr", "27 credits (about $0.40)"),
    ],
)
def test_a_price_is_whole_credits_and_about_so_many_dollars(locale: str, text: str) -> None:
    assert price_text(270_000, locale, 68) == text


def test_a_price_is_never_rounded_down() -> None:
    assert price_text(270_001, "en-US", 68).startswith("28 credits")


@pytest.mark.parametrize(
    ("left", "short", "end"),
    [
        (2, None, "leaves 2 like it today"),
        (None, None, "(about $0.40)"),
        (-1, Purse.PERSON, "more than you have left today"),
        (-1, Purse.SERVER, "more than this server has left this month"),
        (-1, Purse.BOT, "more than this bot has left today"),
    ],
)
def test_a_duration_says_what_it_costs_and_leaves(
    left: int | None, short: Purse | None, end: str
) -> None:
    text = duration_choice(5, 270_000, "en-US", 68, left, short)

    assert text.startswith("5 s · 27 credits (about $0.40)")
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
