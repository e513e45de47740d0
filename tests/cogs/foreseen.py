"""Watches whether every answer is one that `bot.ui.ways` foresees.

Hardly any answer of a test is deferred, so nobody else would notice a form that cannot open in a
rush, or a message for all that would be for one."""

from collections.abc import Iterator
from typing import Any

import discord
import pytest

from bot.ui.first_answer import FirstAnswer
from bot.ui.ways import Place


@pytest.fixture(autouse=True)
def foreseen(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fails a test at its end if something was answered in another way."""
    wrong: list[str] = []
    open_form, send = FirstAnswer.send_modal, FirstAnswer.send_message

    async def send_modal(answer: FirstAnswer, form: discord.ui.Modal) -> Any:
        if not answer.way.may_open_form:
            wrong.append(f"{_what(answer)}: a form opens")
        return await open_form(answer, form)

    async def send_message(answer: FirstAnswer, content: Any = None, **shown: Any) -> Any:
        is_public = not shown.get("ephemeral") and answer._parent.guild_id is not None
        if is_public and answer.way.place is not Place.CARD:
            wrong.append(f"{_what(answer)}: everybody sees the answer")
        return await send(answer, content, **shown)

    monkeypatch.setattr(FirstAnswer, "send_modal", send_modal)
    monkeypatch.setattr(FirstAnswer, "send_message", send_message)
    yield
    assert not wrong, "bot/ui/ways.py has to say how this is answered"


def _what(answer: FirstAnswer) -> str:
    sent: Any = answer._parent.data or {}
    return str(sent.get("custom_id") or sent.get("name"))
