"""Several people who order videos, change their minds and press whatever they see."""

import asyncio
from contextlib import suppress
from random import Random

from bot.playground.guild import LocalDiscord, Modal, NotPossible, Sent, Unanswered
from tests.chaos.servers import stages

NAMES = "maya", "leo", "sam"
CHANNELS = "films", "general"
PROMPTS = "a fox in the snow", "waves at night", "@everyone **look** https://example.org"
PRESSED = (
    "Cancel", "Don't ping me", "Ping me when it's ready", "Again",
    "Try again (may be charged twice)", "Why?", "More", "Delete",
)  # fmt: skip
PAUSE = 0.2, 1.2  # seconds between two acts of a person


class People:
    """Each person draws from their own chance, so that one who waits does not change the others."""

    def __init__(self, discord: LocalDiscord, seed: str) -> None:
        self._discord = discord
        self._channels: list[str | int] = [*CHANNELS, *stages(discord)]
        self._chances = {name: Random(f"{seed}/{name}") for name in NAMES}
        self.asked: list[Sent] = []
        self.pressed: list[Sent] = []

    async def live(self) -> None:
        """Act until cancelled."""
        async with asyncio.TaskGroup() as group:
            for name in NAMES:
                group.create_task(self._live(name))

    async def _live(self, name: str) -> None:
        chance = self._chances[name]
        while True:
            await asyncio.sleep(chance.uniform(*PAUSE))
            with suppress(NotPossible, Unanswered):  # the bot may be dead at the moment
                await (self._ask if chance.random() < 0.6 else self._press)(name, chance)

    async def _ask(self, name: str, chance: Random) -> None:
        options = {"prompt": chance.choice(PROMPTS), "duration": chance.randint(3, 6)}
        actor = self._discord.actor(name)
        self.asked.append(await actor.command(chance.choice(self._channels), "video", options))

    async def _press(self, name: str, chance: Random) -> None:
        actor, channel = self._discord.actor(name), chance.choice(self._channels)
        seen = [each for each in actor.messages(channel) if each.buttons]
        message = chance.choice(seen[-6:]) if seen else None
        names = [each.partition(" · ")[0] for each in message.buttons] if message else []
        labels = [each for each in PRESSED if each in names]
        if message is None or not labels:
            return
        label = chance.choice(labels)
        sent = await actor.press(message, label=label)
        self.pressed.append(sent)
        if label == "Delete":
            await self._insist(name, (await sent.responded()).modal)

    async def _insist(self, name: str, asked: Modal | None) -> None:
        if asked is not None:
            self.pressed.append(await self._discord.actor(name).submit(asked, {}))
