"""Captions in any script: letters the usual font lacks come from one that has them."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from bot.playground.evolink.film import letters
from bot.playground.evolink.film.caption import caption

# A font with a triangle for one letter and a small square for every other, made with fontTools.
FOX = base64.b64decode(
    "AAEAAAAHAEAAAgAwY21hcAAMcyMAAAEAAAAANGdseWZHcgqHAAABPAAAADBoZWFkMVJMFgAAAHwAAAA2aGhlYQdu"
    "A4YAAAC0AAAAJGhtdHgD6AAAAAAA+AAAAAZsb2NhABgACwAAATQAAAAGbWF4cAAEAAYAAADYAAAAIAABAAAAAQAA"
    "yzsbXl8PPPUAAwPoAAAAAOcqA9kAAAAA5yoD2QAAAAAD6AOEAAAAAwACAAAAAAAAAAEAAAOE/5wAAAPoAAAAAAPo"
    "AAEAAAAAAAAAAAAAAAAAAAABAAEAAAACAAQAAQAAAAAAAgAAAAAAAAAAAAAAAAAAAAAD6AAAAAAAAAAAAAIAAAAD"
    "AAAAFAADAAEAAAAUAAQAIAAAAAQABAABAABy0P//AABy0P//jTEAAQAAAAAAAAALABgAAAABAAAAAABkAGQAAwAA"
    "MTM1I2RkZAAAAQAAAAAD6AOEAAIAADEBAQH0AfQDhPx8AA=="
)


@pytest.fixture(autouse=True)
def only_the_fonts_of_the_test(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(letters, "USUAL", ())
    monkeypatch.setattr(letters, "OTHERS", {})
    _forget()
    yield
    _forget()


def _forget() -> None:
    for cached in (letters.usual, letters._others, letters._sized, letters._home):
        cached.cache_clear()


def written(text: str) -> Image.Image:
    _forget()
    return caption((320, 180), text)


@pytest.fixture
def fox(tmp_path: Path) -> str:
    path = tmp_path / "fox.ttf"
    path.write_bytes(FOX)
    return str(path)


@pytest.mark.parametrize("only_size", [None, 60])
def test_a_letter_comes_from_the_font_that_has_it(
    monkeypatch: pytest.MonkeyPatch, fox: str, only_size: int | None
) -> None:
    box, word = written("狐"), written("a")
    monkeypatch.setattr(letters, "OTHERS", {"missing.ttf": None, fox: only_size})
    assert written("狐") != box
    assert written("a") == word


def test_a_letter_that_no_font_has_stays_as_it_is(
    monkeypatch: pytest.MonkeyPatch, fox: str
) -> None:
    box = written("狸")
    monkeypatch.setattr(letters, "OTHERS", {fox: None})
    assert written("狸") == box


def test_what_only_asks_for_colour_is_not_drawn() -> None:
    assert written("a\ufe0f") == written("a")


def test_a_line_of_two_fonts_is_as_long_as_both_parts(
    monkeypatch: pytest.MonkeyPatch, fox: str
) -> None:
    monkeypatch.setattr(letters, "OTHERS", {fox: None})
    size = letters.Letters(20)
    assert size.width("a狐b") == size.width("a") + size.width("狐") + size.width("b")
    assert size.width("狐") == 20
