"""Texts as they are said: in the reader's language, with their numbers, prices and times."""

from datetime import UTC, datetime

import discord
import pytest
from discord import app_commands
from msgspec.structs import replace

from bot.ui import languages
from bot.ui.languages import (
    ENGLISH,
    SPANISH,
    catalogue,
    dollars,
    language_of,
    listed,
    number,
)
from bot.ui.money import duration_choice, price_text
from bot.ui.texts import Translator, is_known, localised, say
from bot.video.values.limits import Purse


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
    cut = replace(spanish, by_key=lacking)
    monkeypatch.setattr(
        languages, "catalogue", lambda each: catalogue(each) if each is ENGLISH else cut
    )

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
        (2, None, "2 left today"),
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


def test_what_is_left_counts_orders_of_as_many_takes_as_the_price() -> None:
    text = duration_choice(5, 810_000, "en-US", 68, 20, takes=3)

    assert text == "5 s · 3 takes for 81 credits ($1.19) · 20 more like this today"


@pytest.mark.parametrize("locale", ["en-US", "es-ES", "es-419"])
@pytest.mark.parametrize(
    ("left", "short"), [(None, None), (999_999, None), *((-1, short) for short in Purse)]
)
def test_a_duration_fits_a_choice_at_any_price(
    locale: str, left: int | None, short: Purse | None
) -> None:
    for takes in (1, 4):
        text = duration_choice(15, 99_999 * 10_000, locale, 0.01, left, short, takes=takes)
        assert len(text) <= 100


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
