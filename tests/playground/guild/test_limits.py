"""Bodies that Discord refuses, each with the field it names."""

from pathlib import Path
from typing import Any

import pytest

from bot.playground.guild.errors import Refused
from bot.playground.guild.files import Upload
from bot.playground.guild.rules.commands import check_commands
from bot.playground.guild.rules.messages import check_message
from bot.playground.guild.rules.modals import check_modal

V2 = 1 << 15
TEXT = {"type": 10, "content": "x"}


def button(**more: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "Go", "custom_id": "go", **more}


def row(*inside: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(inside)}


def select(**more: Any) -> dict[str, Any]:
    options = [{"label": "A", "value": "a"}]
    return {"type": 3, "custom_id": "s", "options": options, **more}


def box(*inside: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": 17, "components": list(inside), **more}


def gallery(*urls: str, **more: Any) -> dict[str, Any]:
    return {"type": 12, "items": [{"media": {"url": url}, **more} for url in urls]}


def field_errors(errors: dict[str, Any] | None, path: str) -> str:
    """The codes at the end of a path such as components.0.type."""
    node: Any = errors
    for step in path.split(".") if path else ():
        node = node[step]
    return ",".join(sorted({one["code"] for one in node["_errors"]}))


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
    ({"content": 5}, "content", "BASE_TYPE_REQUIRED"),
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


def label(component: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": 18, "label": "A", "component": component, **more}


def text(**more: Any) -> dict[str, Any]:
    return {"type": 4, "custom_id": "t", "style": 1, **more}


def form(*components: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"custom_id": "f", "title": "F", "components": list(components), **more}


AB = [{"label": "A", "value": "a"}, {"label": "B", "value": "b"}]
GOOD_FORMS = [
    form(label(text(value="x" * 4000))),
    form(TEXT, label(select(), description="x" * 100), row(text(label="L"))),
    form(label({"type": 19, "custom_id": "u", "min_values": 0, "max_values": 10})),
    form(label({"type": 21, "custom_id": "r", "options": AB})),
    form(label({"type": 22, "custom_id": "c", "options": AB})),
    form(label({"type": 23, "custom_id": "b"})),
]
BAD_FORMS: list[tuple[dict[str, Any], str, str]] = [
    (form(label(text()), title="x" * 46), "title", "BASE_TYPE_BAD_LENGTH"),
    (form(label(text()), title=""), "title", "BASE_TYPE_BAD_LENGTH"),
    (form(label(text()), custom_id="x" * 101), "custom_id", "BASE_TYPE_BAD_LENGTH"),
    (form(), "components", "BASE_TYPE_BAD_LENGTH"),
    (form(*[TEXT] * 6), "components", "BASE_TYPE_BAD_LENGTH"),
    (form(box(TEXT)), "components.0.type", "UNION_TYPE_CHOICES"),
    (form(label(text(), label="x" * 46)), "components.0.label", "BASE_TYPE_BAD_LENGTH"),
    (form(label(text(), description="x" * 101)), "components.0.description", "BASE_TYPE_BAD"),
    (form(label(button())), "components.0.component.type", "UNION_TYPE_CHOICES"),
    (form(label(text(style=3))), "components.0.component.style", "BASE_TYPE_CHOICES"),
    (form(label(text(max_length=4001))), "components.0.component.max_length", "NUMBER_TYPE_MAX"),
    (
        form(label(text(max_length=3, value="four"))),
        "components.0.component.value",
        "BASE_TYPE_BAD_LENGTH",
    ),
    (form(label(text()), label(text())), "components", "COMPONENT_CUSTOM_ID_DUPLICATED"),
    (
        form(label({"type": 21, "custom_id": "r", "options": AB[:1]})),
        "components.0.component.options",
        "BASE_TYPE_BAD_LENGTH",
    ),
    (
        form(label({"type": 19, "custom_id": "u", "max_values": 11})),
        "components.0.component.max_values",
        "NUMBER_TYPE_MAX",
    ),
]


@pytest.mark.parametrize("data", GOOD_FORMS)
def test_a_form_within_the_limits_passes(data: dict[str, Any]) -> None:
    check_modal(data)


@pytest.mark.parametrize(("data", "path", "code"), BAD_FORMS)
def test_a_form_beyond_a_limit_is_refused(data: dict[str, Any], path: str, code: str) -> None:
    with pytest.raises(Refused, match="50035") as refused:
        check_modal(data)
    assert code in field_errors(refused.value.errors, path)


def command(**more: Any) -> dict[str, Any]:
    return {"name": "video", "description": "x", **more}


def option(**more: Any) -> dict[str, Any]:
    return {"type": 3, "name": "prompt", "description": "x", **more}


CHOICE = {"name": "A", "value": "a"}
INVALID = "APPLICATION_COMMAND_INVALID_NAME"
BAD_COMMANDS: list[tuple[list[dict[str, Any]], str, str]] = [
    ([command(name="Video")], "0.name", INVALID),
    ([command(name="vid eo")], "0.name", INVALID),
    ([command(name="x" * 33)], "0.name", INVALID),
    ([command(description="x" * 101)], "0.description", "BASE_TYPE_BAD_LENGTH"),
    ([command(description="")], "0.description", "BASE_TYPE_BAD_LENGTH"),
    (
        [command(description_localizations={"es-ES": "x" * 101})],
        "0.description_localizations.es-ES",
        "BASE_TYPE_BAD_LENGTH",
    ),
    ([command(options=[option(name=f"a{n}") for n in range(26)])], "0.options", "BASE_TYPE_BAD"),
    (
        [command(options=[option(), option(name="b", required=True)])],
        "0.options.1",
        "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
    ),
    (
        [command(options=[option(), option()])],
        "0.options",
        "APPLICATION_COMMAND_OPTIONS_NAME_INVALID",
    ),
    ([command(options=[option(choices=[CHOICE] * 26)])], "0.options.0.choices", "BASE_TYPE_BAD"),
    (
        [command(options=[option(choices=[{"name": "x" * 101, "value": "a"}])])],
        "0.options.0.choices.0.name",
        "BASE_TYPE_BAD_LENGTH",
    ),
    (
        [command(options=[option(choices=[CHOICE], autocomplete=True)])],
        "0.options.0",
        "APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE",
    ),
    ([command(options=[option(max_length=6001)])], "0.options.0.max_length", "NUMBER_TYPE_MAX"),
    (
        [command(options=[option(type=4, min_value=5, max_value=3)])],
        "0.options.0.min_value",
        "NUMBER_TYPE_MAX",
    ),
    (
        [
            command(
                options=[
                    option(name=f"a{n}", choices=[{"name": "x" * 100, "value": "y" * 100}] * 10)
                    for n in range(5)
                ]
            )
        ],
        "0",
        "APPLICATION_COMMAND_TOO_LARGE",
    ),
    ([command(), command()], "", "APPLICATION_COMMANDS_DUPLICATE_NAME"),
    ([command(name=f"v{n}") for n in range(101)], "", "BASE_TYPE_MAX_LENGTH"),
    ([command(name="", type=3)], "0.name", "BASE_TYPE_BAD_LENGTH"),
]


@pytest.mark.parametrize(("bodies", "path", "code"), BAD_COMMANDS)
def test_a_command_beyond_a_limit_is_not_registered(
    bodies: list[dict[str, Any]], path: str, code: str
) -> None:
    with pytest.raises(Refused, match="50035") as refused:
        check_commands(bodies)
    assert code in field_errors(refused.value.errors, path)


def test_a_hundred_commands_and_menus_with_spaces_are_registered() -> None:
    check_commands([command(name=f"v{n}") for n in range(100)])
    check_commands([{"type": 3, "name": "Make a video of this"}])
