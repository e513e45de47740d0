"""Buttons: a custom id reads back as it was written, and anything else is rejected."""

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ui.items import CUSTOM_ID_LIMIT, CustomId, Verb, VerbButton, write_only

TASK = "abcdefghij0123456789"
SUBJECTS = {
    Verb.BOARD_SHOT: f"{TASK}.{TASK}",
    Verb.BOARD_EDIT: f"{TASK}.{TASK}.12",
    Verb.BOARD_MOVE: f"{TASK}.{TASK}.e",
    Verb.BOARD_REMOVE: f"{TASK}.{TASK}",
    Verb.BOARD_VOTE: f"{TASK}.{TASK}",
    Verb.BOARD_LOCK: f"{TASK}.1",
    Verb.BOARD_RENDER: f"{TASK}.s.2",
    Verb.BOARD_TAKE: f"{TASK}.42.m",
    Verb.BOARD_REWRITE: f"board-edit:{TASK}.{TASK}.12",
    Verb.FROM_MESSAGE: "0",
    Verb.EXAMPLE: "1",
    Verb.PAGE: "3",
    Verb.LIMITS: "3",
    Verb.SHOTS: "15.2.1.1.1",
    Verb.REWRITE: f"edit:{TASK}",
    Verb.SETTINGS: "channel-1456042598416777216",
    Verb.FORGET: "1456042598416777216",
    Verb.DISTRUST: "1456042598416777216",
    Verb.TRUST_PERSON: "1456042598416777216",
    Verb.DISTRUST_PERSON: "1456042598416777216",
    Verb.FORM_AGAIN: "extra:1456042598416777216~films",
    Verb.APPROVE_MANY: "0",
    Verb.DENY_MANY: "0",
    Verb.SETUP: "club",
    Verb.SETUP_APPLY: "club",
    Verb.SETUP_FILE: "0",
    Verb.DESK: "0",
    Verb.AUDIT: "0....",
    Verb.RULES_WRITE: "refuse",
    Verb.RULE_WRITE: "word.refuse",
    Verb.RULES_ADD: "added",
    Verb.RULES_REWRITE: "rules-write:refuse",
    Verb.AUDIT_FILE: "....",
    Verb.STAND: "0",
    Verb.BLOCK: "1234567890",
    Verb.UNBLOCK: "1234567890",
    Verb.LIMIT_PERSON: "1234567890",
    Verb.EXTRA: "1234567890",
    Verb.RESET: "1234567890",
    Verb.PAUSE: "0",
    Verb.GO_ON: "1234567890",
    Verb.RESUME: "1234567890",
    Verb.BOARD_OPEN: "1.......1a2b3c4d",
    Verb.PRESET_SAVE: "10.15.16x9.1080p.off.o.1.1a2b3c4d",
    Verb.PRESET_REWRITE: "preset-save:10.15.16x9.1080p.off.o.1.1a2b3c4d",
    Verb.CHEAPER_AS: f"{TASK}.10.0.1",
}


@pytest.mark.parametrize("verb", Verb)
async def test_every_verb_comes_back_as_it_was_written(verb: Verb) -> None:
    subject = SUBJECTS.get(verb, TASK)

    button = VerbButton(verb, subject, label="Press")

    assert CustomId.parse(button.custom_id) == CustomId(verb, subject)
    assert len(button.custom_id) <= CUSTOM_ID_LIMIT


@pytest.mark.parametrize(
    "custom_id",
    [
        "",
        "v1:again",
        f"v2:again:{TASK}",
        f"v1:destroy:{TASK}",
        f"v1:again:{TASK}0",
        f"v1:again:{TASK.upper()}",
        f"v1:again:{TASK}\n",
        "v1:page:-1",
        "v1:page:٣",
        f"v1:rewrite:delete:{TASK}",
    ],
)
def test_a_custom_id_that_the_bot_never_writes_is_not_read(custom_id: str) -> None:
    assert CustomId.parse(custom_id) is None


@given(st.text(max_size=120))
def test_no_text_at_all_breaks_the_reading(text: str) -> None:
    found = CustomId.parse(f"v1:{text}")

    assert found is None or str(found) == f"v1:{text}"


async def test_a_button_refuses_a_subject_its_verb_does_not_take() -> None:
    with pytest.raises(ValueError, match="page"):
        VerbButton(Verb.PAGE, TASK, label="Older")


async def test_a_view_is_finished_before_it_is_sent() -> None:
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(discord.ui.ActionRow(VerbButton(Verb.AGAIN, TASK, label="Again")))

    assert write_only(view).is_finished()
