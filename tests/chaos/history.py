"""Every message the bot ever wrote, also deleted ones, by video."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from bot.playground.guild import Event, EventKind, LocalDiscord, Message
from bot.ui.items import CustomId, Verb


@dataclass(frozen=True, kw_only=True)
class Reply:
    """A public answer to a person, as it was first."""

    message_id: int
    at: datetime


class History:
    """Listens to a local Discord from its start."""

    def __init__(self, discord: LocalDiscord) -> None:
        self._discord = discord
        self.replies: dict[str, Reply] = {}
        self.films: dict[str, list[Message]] = defaultdict(list)
        self.unnamed: list[Message] = []
        discord.events.subscribe(self._heard)

    def message(self, message_id: int) -> Message | None:
        """A message as it is now, None when it was deleted."""
        return self._discord.state.messages.find(message_id)

    def _heard(self, event: Event) -> None:
        if event.kind is not EventKind.MESSAGE:
            return
        message = self.message(int(event.body["id"]))
        if message is None or message.author_id != self._discord.state.bot_id:
            return
        if message.only_for is None:
            self._written(message)

    def _written(self, message: Message) -> None:
        ids = [CustomId.parse(part.get("custom_id", "")) for part in message.parts()]
        named = {each.subject: each.verb for each in ids if each is not None}
        is_film = any(each is not None and each.verb in (Verb.MORE, Verb.DELETE) for each in ids)
        for task_id in named:
            if is_film:
                self.films[task_id].append(message)
            elif message.asked_by is not None:
                self.replies[task_id] = Reply(message_id=message.id, at=message.at)
        if message.asked_by is not None and not named:
            self.unnamed.append(message)
