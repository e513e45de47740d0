"""Too long, too many or misnamed: forms and commands are refused as on Discord."""

from typing import Any

import pytest

from bot.playground.guild.errors import Refused
from bot.playground.guild.rules.commands import check_commands
from bot.playground.guild.rules.modals import check_modal
from tests.playground.guild.components import TEXT, box, button, field_errors, row, select


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
    form(label(select(required=False, min_values=0))),
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
    (form(label(select(disabled=True))), "components.0.component.disabled", "MODAL_COMPONENT"),
    (form(label(select(min_values=0))), "components.0.component.min_values", "NUMBER_TYPE_MIN"),
    (
        form(label(select(options=[{**each, "default": True} for each in AB]))),
        "components.0.component.options",
        "SELECT_COMPONENT_TOO_MANY_DEFAULTS",
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
