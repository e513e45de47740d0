"""Presses every button and sends every form of the bot's, in somebody's name."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any

from discord import ui

from bot.playground.guild import Message
from bot.playground.guild.interactions import Modal
from bot.ui.items import CustomId, Verb, VerbButton, write_only
from bot.ui.needs import NEEDS, About
from tests.cogs.harness import Harness, shown

SHOT = "s" * 20
SUBJECTS = {
    Verb.PAGE: "0",
    Verb.SHOTS: "5.0.0.0.0",
    Verb.SETTINGS: "general",
    Verb.SET: "budget",
    Verb.DESK: "0",
    Verb.AUDIT: "0....",
    Verb.RULES_WRITE: "refuse",
    Verb.RULE_WRITE: "word.refuse",
    Verb.RULES_ADD: "added",
    Verb.RULES_REWRITE: "rules-write:refuse",
    Verb.AUDIT_FILE: "....",
    Verb.STAND: "0",
    Verb.BLOCK: "{person}",
    Verb.UNBLOCK: "{person}",
    Verb.LIMIT_PERSON: "{person}",
    Verb.EXTRA: "{person}",
    Verb.RESET: "{person}",
    Verb.PAUSE: "0",
    Verb.GO_ON: "0",
    Verb.RESUME: "0",
    Verb.LIMITS: "0",
    Verb.FROM_MESSAGE: "0",
    Verb.EXAMPLE: "1",
    Verb.REWRITE: "edit:{film}",
    Verb.CHEAPER_AS: "{film}.3.0.0",
    Verb.FORGET: "{person}",
    Verb.DISTRUST: "{person}",
    Verb.TRUST_PERSON: "{person}",
    Verb.DISTRUST_PERSON: "{person}",
    Verb.FORM_AGAIN: "deny:{film}",
    Verb.APPROVE_MANY: "0",
    Verb.DENY_MANY: "0",
    Verb.SETUP: "club",
    Verb.SETUP_APPLY: "club",
    Verb.SETUP_FILE: "0",
    Verb.SMALLER: "{draft}",
    Verb.BOARD_OPEN: "0.......",
    Verb.PRESET_SAVE: "00.......",
    Verb.PRESET_REWRITE: "preset-save:00.......",
    Verb.BOARD_REWRITE: "board-add:{board}",
    Verb.BOARD_LOCK: "{board}.1",
    Verb.BOARD_RENDER: "{board}.s",
    Verb.BOARD_TAKE: "{board}.1.s",
    Verb.BOARD_SHOT: f"{{board}}.{SHOT}",
    Verb.BOARD_EDIT: f"{{board}}.{SHOT}.0",
    Verb.BOARD_MOVE: f"{{board}}.{SHOT}.e",
    Verb.BOARD_REMOVE: f"{{board}}.{SHOT}",
    Verb.BOARD_VOTE: "{board}.{film}",
    Verb.NEXT_SHOT: "{film}",
    Verb.BOARD_FROM: "{film}",
}


class Pressed:
    """Presses every button and sends every form; records what was let through."""

    def __init__(self, harness: Harness, names: dict[str, str]) -> None:
        self.harness = harness
        self.names = names
        self.reached: set[tuple[Verb, bool]] = set()
        router = harness.bot.front.router
        self.buttons, self.forms = set(router.buttons), set(router.forms)
        router.register(
            buttons={verb: self._noted(verb, is_form=False) for verb in self.buttons},
            forms={verb: self._noted(verb, is_form=True) for verb in self.forms},
        )

    def _noted(self, verb: Verb, *, is_form: bool) -> Callable[[Any, str], Awaitable[None]]:
        async def note(interaction: Any, _: str) -> None:
            self.reached.add((verb, is_form))
            await interaction.response.send_message("let through", ephemeral=True)

        return note

    async def all(self, who: str, channel: str) -> set[tuple[Verb, bool]]:
        """Press and send everything in a channel; what was let through."""
        self.reached.clear()
        cards = [card for part in batched(sorted(Verb), 25)
                 for card in [await self._card(who, channel, part)] * len(part)]  # fmt: skip
        for verb, card in zip(sorted(Verb), cards, strict=True):
            if verb in self.buttons:
                await self._press(who, card, verb)
            if verb in self.forms:
                await self._send(who, card, verb)
        return set(self.reached)

    def id(self, verb: Verb, who: str) -> str:
        """A custom id about the film or board that there is."""
        about = "{board}" if NEEDS[verb].about is About.BOARD else "{film}"
        person = str(self.harness.discord.world.user(who).id)
        subject = SUBJECTS.get(verb, about).format(**self.names, person=person)
        custom_id = str(CustomId(verb, subject))
        assert CustomId.parse(custom_id) is not None
        return custom_id

    async def _press(self, who: str, card: Message, verb: Verb) -> None:
        sent = await self.harness.discord.actor(who).press(card, label=verb.value)
        assert (await shown(sent)).only_for is not None

    async def _send(self, who: str, card: Message, verb: Verb) -> None:
        form = Modal(
            interaction_id=1, user_id=self.harness.discord.world.user(who).id,
            channel_id=card.channel_id, custom_id=self.id(verb, who), title="-", components=(),
            message_id=card.id,
        )  # fmt: skip
        sent = await self.harness.discord.actor(who).submit(form, {}, forced=True)
        assert (await shown(sent)).only_for is not None

    async def _card(self, who: str, channel: str, verbs: Sequence[Verb]) -> Message:
        """A message with these buttons, as the bot may have drawn them at any time."""
        view = ui.LayoutView(timeout=None)
        for part in batched(verbs, 5):
            asked = [CustomId.parse(self.id(verb, who)) for verb in part]
            view.add_item(
                ui.ActionRow(
                    *(
                        VerbButton(each.verb, each.subject, label=each.verb)
                        for each in asked
                        if each
                    )
                )
            )
        here = self.harness.discord.world.channel(channel).id
        await self.harness.bot.get_partial_messageable(here).send(view=write_only(view))
        return self.harness.discord.messages(channel)[-1]


def batched(verbs: Sequence[Verb], size: int) -> Iterator[Sequence[Verb]]:
    return (verbs[start : start + size] for start in range(0, len(verbs), size))
