"""Bodies that Discord refuses, each with the field it names."""

from pathlib import Path
from typing import Any

import pytest

from bot.playground.guild.errors import Refused
from bot.playground.guild.files import Upload
from bot.playground.guild.rules.messages import check_message
from tests.playground.guild.components import TEXT, box, button, field_errors, gallery, row, select

V2 = 1 << 15


URL = "https://films.example/fox.mp4"

GOOD_CARDS = [
    [TEXT],
    [box(TEXT, gallery(URL), {"type": 14, "spacing": 2}, row(button()), accent_color=0xFFFFFF)],
    [{"type": 9, "components": [TEXT], "accessory": button()}],
    [{"type": 9, "components": [TEXT], "accessory": {"type": 11, "media": {"url": URL}}}],
    [gallery(*[URL] * 10, description="x" * 1024)],
    [row(select())],
    [{"type": 10, "content": "x" * 4000}],
    [TEXT] * 40,
]


@pytest.mark.parametrize("components", GOOD_CARDS)
def test_a_card_within_the_limits_passes(components: list[dict[str, Any]]) -> None:
    check_message({"flags": V2, "components": components})


BAD_CARDS = [
    ([button()], "components.0.type", "UNION_TYPE_CHOICES"),
    ([TEXT] * 41, "components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED"),
    (
        [box(*[TEXT] * 39), TEXT],
        "components",
        "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
    ),
    (
        [{"type": 10, "content": "x" * 2001}] * 2,
        "components",
        "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
    ),
    ([{"type": 10, "content": ""}], "components.0.content", "BASE_TYPE_BAD_LENGTH"),
    ([{"type": 10}], "components.0.content", "BASE_TYPE_REQUIRED"),
    ([gallery(*[URL] * 11)], "components.0.items", "BASE_TYPE_BAD_LENGTH"),
    ([gallery()], "components.0.items", "BASE_TYPE_BAD_LENGTH"),
    (
        [gallery(URL, description="x" * 1025)],
        "components.0.items.0.description",
        "BASE_TYPE_BAD_LENGTH",
    ),
    ([gallery("ftp://x/y")], "components.0.items.0.media.url", "URL_TYPE_INVALID_SCHEME"),
    (
        [gallery("attachment://gone.mp4")],
        "components",
        "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND",
    ),
    ([{"type": 13, "file": {"url": URL}}], "components.0.file.url", "URL_TYPE_INVALID_SCHEME"),
    ([box(box(TEXT))], "components.0.components.0.type", "UNION_TYPE_CHOICES"),
    ([box()], "components.0.components", "BASE_TYPE_BAD_LENGTH"),
    ([box(TEXT, accent_color=1 << 24)], "components.0.accent_color", "NUMBER_TYPE_MAX"),
    ([{"type": 14, "spacing": 3}], "components.0.spacing", "BASE_TYPE_CHOICES"),
    (
        [{"type": 9, "components": [TEXT] * 4, "accessory": button()}],
        "components.0.components",
        "BASE_TYPE_BAD_LENGTH",
    ),
    ([{"type": 9, "components": [TEXT]}], "components.0.accessory.type", "UNION_TYPE_CHOICES"),
    ([row(button()), row(button())], "components", "COMPONENT_CUSTOM_ID_DUPLICATED"),
    ([row(*[button()] * 6)], "components.0.components", "BASE_TYPE_BAD_LENGTH"),
    ([row()], "components.0.components", "BASE_TYPE_BAD_LENGTH"),
    ([row(button(label="x" * 81))], "components.0.components.0.label", "BASE_TYPE_BAD_LENGTH"),
    ([row(button(label=""))], "components.0.components.0", "BUTTON_COMPONENT_INVALID_LABEL"),
    ([row(button(style=9))], "components.0.components.0.style", "BASE_TYPE_CHOICES"),
    (
        [row(button(custom_id="x" * 101))],
        "components.0.components.0.custom_id",
        "BASE_TYPE_BAD_LENGTH",
    ),
    (
        [row({"type": 2, "style": 5, "label": "x", "url": "https://x/" + "x" * 512})],
        "components.0.components.0.url",
        "BASE_TYPE_BAD_LENGTH",
    ),
    (
        [row(button(style=5, url=URL))],
        "components.0.components.0",
        "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
    ),
    ([row(select(), button())], "components.0.components", "COMPONENT_LAYOUT_WIDTH_EXCEEDED"),
    ([row(select(options=[]))], "components.0.components.0.options", "BASE_TYPE_BAD_LENGTH"),
    (
        [row(select(options=[{"label": "A", "value": "a"}] * 2))],
        "components.0.components.0.options",
        "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
    ),
    ([row(select(max_values=2))], "components.0.components.0.max_values", "NUMBER_TYPE_RANGE"),
    ([row(select(min_values=26))], "components.0.components.0.min_values", "NUMBER_TYPE_RANGE"),
    (
        [row(select(placeholder="x" * 151))],
        "components.0.components.0.placeholder",
        "BASE_TYPE_BAD_LENGTH",
    ),
]


@pytest.mark.parametrize(("components", "path", "code"), BAD_CARDS)
def test_a_card_beyond_a_limit_is_refused(
    components: list[dict[str, Any]], path: str, code: str
) -> None:
    with pytest.raises(Refused, match="50035") as refused:
        check_message({"flags": V2, "components": components})
    assert code in field_errors(refused.value.errors, path)


LEGACY = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
BAD_MESSAGES: list[tuple[dict[str, Any], str, str]] = [
    ({"content": "x" * 2001}, "content", "BASE_TYPE_BAD_LENGTH"),
    ({"content": 5}, "content", "STRING_TYPE_CONVERT"),
    ({"content": "x", "nonce": "x" * 26}, "nonce", "BASE_TYPE_MAX_LENGTH"),
    ({"embeds": [{"title": "x"}] * 11}, "embeds", "BASE_TYPE_BAD_LENGTH"),
    ({"embeds": [{"title": "x" * 257}]}, "embeds.0.title", "BASE_TYPE_BAD_LENGTH"),
    ({"embeds": [{"description": "x" * 4097}]}, "embeds.0.description", "BASE_TYPE_BAD_LENGTH"),
    ({"embeds": [{"description": "x" * 3001}] * 2}, "embeds", "MAX_EMBED_SIZE_EXCEEDED"),
    (
        {"embeds": [{"fields": [{"name": "x", "value": "y"}] * 26}]},
        "embeds.0.fields",
        "BASE_TYPE_BAD_LENGTH",
    ),
    ({"components": [TEXT]}, "components.0.type", "UNION_TYPE_CHOICES"),
    ({"components": [row(button(custom_id=str(n))) for n in range(6)]}, "components", "BASE_TYPE"),
    ({"components": "x"}, "components", "LIST_TYPE_CONVERT"),
    ({"flags": V2, "content": "x", "components": [TEXT]}, "content", LEGACY),
    ({"flags": V2, "embeds": [{"title": "x"}], "components": [TEXT]}, "embeds", LEGACY),
    ({"flags": V2}, "components", "BASE_TYPE_REQUIRED"),
    ({"content": "x", "attachments": [{"id": 0}]}, "attachments.0.id", "ATTACHMENT_NOT_FOUND"),
]


@pytest.mark.parametrize(("body", "path", "code"), BAD_MESSAGES)
def test_a_message_beyond_a_limit_is_refused(body: dict[str, Any], path: str, code: str) -> None:
    with pytest.raises(Refused, match="50035") as refused:
        check_message(body)
    assert code in field_errors(refused.value.errors, path)


def test_eleven_files_are_too_many(tmp_path: Path) -> None:
    ten = tuple(
        Upload(number=n, filename=f"{n}.txt", size=1, path=tmp_path / str(n)) for n in range(10)
    )
    check_message({}, ten)
    eleventh = Upload(number=10, filename="10.txt", size=1, path=tmp_path / "10")
    with pytest.raises(Refused, match="50035"):
        check_message({}, (*ten, eleventh))
