"""Who answers a pressed button or a sent form: one table, filled by the cogs when they load.

Nothing is answered that `bot.ui.access` does not let through, and no way leads around it.
Every error ends in the one place that explains errors (`bot.ui.answer.refuse`)."""

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any

import discord

from bot.errors import Refusal
from bot.ui.answer import refuse
from bot.ui.items import CustomId, Verb
from bot.ui.kept_text import NOT_TAKEN
from bot.video.doors.hearing import Ears

Interaction = discord.Interaction[Any]
_UNREADABLE = re.compile(r"[\x00\ud800-\udfff]")
Press = Callable[[Interaction, str], Awaitable[None]]  # with the subject of the custom_id
Keep = Callable[[Interaction, Exception, str], Awaitable[None]]  # the same, and why it was refused
Turn = Callable[[Interaction], AbstractAsyncContextManager[None]]
Check = Callable[[Interaction, CustomId], Awaitable[None]]


class Router:
    """Verbs and who answers them; a form and a button may share a verb. Each takes a `turn`, then
    `check` comes first."""

    def __init__(self, ears: Ears, check: Check, turn: Turn) -> None:
        self._ears = ears
        self._check = check
        self._turn = turn
        self._kept: dict[Verb, Keep] = {}
        self.buttons: dict[Verb, Press] = {}
        self.forms: dict[Verb, Press] = {}

    def register(
        self,
        *,
        buttons: Mapping[Verb, Press] | None = None,
        forms: Mapping[Verb, Press] | None = None,
        kept: Mapping[Verb, Keep] | None = None,
    ) -> None:
        """Say who answers, and who keeps the text of a form that is not taken; a later entry
        replaces an earlier one."""
        self._kept.update(kept or {})
        self.buttons.update(buttons or {})
        self.forms.update(forms or {})

    async def route(self, interaction: Interaction, custom_id: str) -> None:
        """Answer a press or a form; what this bot never wrote is left to time out."""
        is_form = interaction.type is discord.InteractionType.modal_submit
        table = self.forms if is_form else self.buttons
        asked = CustomId.parse(custom_id)
        press = table.get(asked.verb) if asked else None
        if asked is None or press is None:
            return
        try:
            self._ears.hear(interaction.id)
            check_readable(interaction)
            try:
                async with self._turn(interaction):
                    await self._check(interaction, asked)
                    await press(interaction, asked.subject)
            except NOT_TAKEN as error:
                if not is_form or asked.verb not in self._kept:
                    raise
                await self._kept[asked.verb](interaction, error, asked.subject)
        except Exception as error:  # the edge: the library would only log it
            await refuse(interaction, error)


def check_readable(interaction: Interaction) -> None:
    """Raises `Refusal` where half a letter (a lone surrogate) was sent, which nothing can write, or
    NUL, which PostgreSQL does not keep. No client of Discord's own sends either."""
    for text in _strings(interaction.data):
        if _UNREADABLE.search(text):
            raise Refusal("unreadable_text")


def _strings(sent: object) -> Iterator[str]:
    if isinstance(sent, str):
        yield sent
    elif isinstance(sent, Mapping):
        for each in sent.values():
            yield from _strings(each)
    elif isinstance(sent, list):
        for each in sent:
            yield from _strings(each)
