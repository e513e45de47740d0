"""Commands with fields of a wrong kind are refused; the registered ones stay."""

from typing import Any

import pytest

from tests.playground.guild.raw_bot import COMMAND, Bot

OPTION = {"type": 3, "name": "prompt", "description": "What"}
SECONDS = {"type": 4, "name": "seconds", "description": "How long"}
VALUE = "options.0.choices.0.value"


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"type": 99}, "type"),
        ({"type": "1"}, "type"),
        ({"name": ["video"]}, "name"),
        ({"description": 5}, "description"),
        ({"contexts": "guild"}, "contexts"),
        ({"contexts": ["guild"]}, "contexts.0"),
        ({"contexts": [True]}, "contexts.0"),
        ({"integration_types": [5]}, "integration_types.0"),
        ({"default_member_permissions": "x"}, "default_member_permissions"),
        ({"default_member_permissions": -1}, "default_member_permissions"),
        ({"default_member_permissions": True}, "default_member_permissions"),
        ({"nsfw": "no"}, "nsfw"),
        ({"name_localizations": ["x"]}, "name_localizations"),
        ({"description_localizations": {"de": 5}}, "description_localizations.de"),
        ({"options": {}}, "options"),
        ({"options": [None]}, "options.0"),
        ({"options": [{**OPTION, "type": 99}]}, "options.0.type"),
        ({"options": [{"name": "prompt", "description": "What"}]}, "options.0.type"),
        ({"options": [{**OPTION, "required": 1}]}, "options.0.required"),
        ({"options": [{**OPTION, "choices": ["x"]}]}, "options.0.choices.0"),
        ({"options": [{**OPTION, "min_value": "1"}]}, "options.0.min_value"),
        ({"options": [{**OPTION, "max_length": 1.5}]}, "options.0.max_length"),
        ({"options": [{**SECONDS, "min_value": 0.5}]}, "options.0.min_value"),
        ({"options": [{**SECONDS, "max_value": 2**53}]}, "options.0.max_value"),
        *(
            ({"options": [{**option, "choices": [{"name": "A", "value": value}]}]}, VALUE)
            for option, value in (
                (OPTION, 5),
                (OPTION, None),
                (OPTION, ["a"]),
                (SECONDS, 0.5),
                (SECONDS, "5"),
                (SECONDS, -(2**53)),
                (SECONDS, True),
                ({**SECONDS, "type": 10}, "0.5"),
            )
        ),
        ({"options": [{**OPTION, "type": 7, "channel_types": [99]}]}, "options.0.channel_types.0"),
    ],
)
async def test_a_command_of_another_kind_is_refused(
    bot: Bot, more: dict[str, Any], path: str
) -> None:
    kept = await bot.register(COMMAND)
    answer = await bot.register({**COMMAND, **more})
    assert answer.verdict == (400, 50035)
    found = answer.body["errors"]["0"]
    for step in path.split("."):
        found = found[step]
    assert found["_errors"]
    application = kept.body[0]["application_id"]
    assert (await bot.ask("GET", f"/applications/{application}/commands")).body == kept.body


async def test_a_context_menu_takes_no_options(bot: Bot) -> None:
    greet = {"name": "Greet", "type": 2}
    assert (await bot.register({**greet, "options": [OPTION]})).verdict == (400, 50035)
    assert (await bot.register(greet)).status == 200


async def test_nulls_in_a_command_are_as_if_they_were_not_there(bot: Bot) -> None:
    option = {**OPTION, "required": None, "choices": None, "max_length": None}
    more = {"nsfw": None, "contexts": None, "default_member_permissions": 8, "dm_permission": None}
    (kept,) = (await bot.register({**COMMAND, **more, "options": [option]})).body
    assert (kept["nsfw"], kept["contexts"], kept["default_member_permissions"]) == (
        False,
        None,
        "8",
    )
    assert kept["options"] == [OPTION]
