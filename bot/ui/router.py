"""Who answers a button or a form: one table, which the cogs fill when they load.

`bot.ui.access` checks everything first, without exception. Errors end in the one place that
explains them (`bot.ui.answer.refuse`)."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any

import discord

from bot.errors import Refusal
from bot.ui.answer import SILENT, refuse
from bot.ui.form_again import OPENED_BY, TEXTS, again_subject
from bot.ui.forms import sent_texts
from bot.ui.items import CustomId, Verb, VerbButton
from bot.ui.kept_text import UNREADABLE, give_back, give_back_typed
from bot.ui.pressed import take_away_if_over
from bot.ui.replies import reason_of
from bot.ui.texts import say
from bot.ui.ways import Way, way_of_press
from bot.video.ports.meters import UNMETERED, Meters

Interaction = discord.Interaction[Any]
Press = Callable[[Interaction, str], Awaitable[None]]  # with the custom_id's subject
Keep = Callable[[Interaction, Exception, str], Awaitable[None]]  # also with the error
Turn = Callable[[Interaction, Way], AbstractAsyncContextManager[None]]
KeepCommand = Callable[[Interaction, Exception], Awaitable[None]]
Check = Callable[[Interaction, CustomId], Awaitable[None]]


class Router:
    """Verbs and their handlers; a form and a button may share a verb. Each waits for a `turn`, then
    `check` runs first."""

    def __init__(self, check: Check, turn: Turn, meters: Meters = UNMETERED) -> None:
        self._meters = meters
        self._check = check
        self._turn = turn
        self._kept: dict[Verb, Keep] = {}
        self._kept_commands: dict[str, KeepCommand] = {}
        self.buttons: dict[Verb, Press] = {}
        self.forms: dict[Verb, Press] = {}

    def register(
        self,
        *,
        buttons: Mapping[Verb, Press] | None = None,
        forms: Mapping[Verb, Press] | None = None,
        kept: Mapping[Verb, Keep] | None = None,
        kept_commands: Mapping[str, KeepCommand] | None = None,
    ) -> None:
        """Register handlers, and those that keep the text of a refused form or command; a later
        entry replaces an earlier one."""
        self._kept.update(kept or {})
        self._kept_commands.update(kept_commands or {})
        self.buttons.update(buttons or {})
        self.forms.update(forms or {})

    async def route(self, interaction: Interaction, custom_id: str) -> None:
        """Answer a press or a form; ignores ids that this bot never wrote."""
        is_form = interaction.type is discord.InteractionType.modal_submit
        table = self.forms if is_form else self.buttons
        asked = CustomId.parse(custom_id)
        press = table.get(asked.verb) if asked else None
        if asked is None or press is None:
            return
        try:
            async with self._turn(interaction, way_of_press(interaction, asked)):
                check_readable(interaction)
                await self._check(interaction, asked)
                await press(interaction, asked.subject)
        except Exception as error:  # the edge: the library would only log it
            if not is_form:
                await take_away_if_over(interaction, error, asked)
            await self._refuse(interaction, error, asked if is_form else None)

    async def refuse_command(self, interaction: Interaction, error: Exception, name: str) -> None:
        """Explain why a command was refused, and give back what was typed."""
        error = getattr(error, "original", error)  # a command's error comes wrapped
        self._count(error)
        keep = self._kept_commands.get(name)
        if isinstance(error, SILENT):
            await refuse(interaction, error)
        else:
            await (keep or give_back_typed)(interaction, error)

    async def _refuse(
        self, interaction: Interaction, error: Exception, form: CustomId | None
    ) -> None:
        """Explain an error, and give back what was typed into a form."""
        self._count(error)
        if form is None or isinstance(error, SILENT):
            await refuse(interaction, error)
        elif (keep := self._kept.get(form.verb)) is not None:
            try:
                await keep(interaction, error, form.subject)
            except Refusal:  # a form that does not open again, such as one for a model that is gone
                await give_back(interaction, error, sent_texts(interaction))
        elif any((texts := sent_texts(interaction)).values()):
            await self._give_back(interaction, error, form, texts)
        else:
            await refuse(interaction, error)

    async def _give_back(
        self, interaction: Interaction, error: Exception, form: CustomId, texts: Mapping[str, str]
    ) -> None:
        buttons = []
        if OPENED_BY.get(form.verb, form.verb) in TEXTS:
            subject = again_subject(interaction, form.subject, form.verb)
            label = say("button.rewrite", str(interaction.locale))
            buttons = [VerbButton(Verb.FORM_AGAIN, subject, label=label)]
        await give_back(interaction, error, texts, *buttons)

    def _count(self, error: Exception) -> None:
        if not isinstance(error, SILENT):
            self._meters.refused(reason_of(error))


def check_readable(interaction: Interaction) -> None:
    """Raises `Refusal` for half a letter (a lone surrogate), which nothing can store, or NUL, which
    PostgreSQL refuses. Discord's own clients send neither."""
    for text in _strings(interaction.data):
        if UNREADABLE.search(text):
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
