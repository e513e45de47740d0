"""A local Discord with one bot of any library."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from bot.playground.guild import Actor, LocalDiscord, Message, Sent, Unanswered

PATIENCE = 15.0
PRESSES = 3


@dataclass(frozen=True, kw_only=True)
class Harness:
    """A local Discord with one bot on it. `lacks` are the steps that its library cannot do."""

    local: LocalDiscord
    lacks: frozenset[str] = frozenset()
    kept: dict[str, Any] = field(default_factory=dict)

    @property
    def maya(self) -> Actor:
        return self.local.actor("maya")

    async def use(self, name: str, values: Mapping[str, Any] | None = None) -> Message:
        """Use a command; the reply once it is more than that the bot is thinking."""
        return await self.reply(await self.maya.command("films", name, values))

    async def insist(self, act: Callable[[], Awaitable[Sent]]) -> None:
        """Press again if nothing comes: some libraries register a view only after sending it."""
        for _ in range(PRESSES):
            with suppress(Unanswered):
                await (await act()).responded(1.0)
                return
        raise Unanswered(f"pressed {PRESSES} times")

    async def reply(self, sent: Sent) -> Message:
        """The finished reply to something."""
        await sent.responded()
        await self.local.changed(lambda: sent.message and not sent.message.loading, PATIENCE)
        assert sent.message is not None
        return sent.message

    async def seen(self, text: str, channel: str = "films") -> Message:
        """The newest message with this text, once there is one."""

        def found() -> list[Message]:
            there = {one.name for one in self.local.world.channels.values()}
            messages = self.local.messages(channel) if channel in there else []
            return [one for one in messages if text in one.text]

        await self.local.changed(found, PATIENCE)
        return found()[-1]
