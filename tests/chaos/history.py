"""Every message the bot ever wrote, also deleted ones, by video."""

from collections import defaultdict
from dataclasses import dataclass, replace
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
        self._answered: dict[int, Message] = {}  # public answers as they were first, unnamed
        discord.events.subscribe(self._heard)

    def message(self, message_id: int) -> Message | None:
        """A message as it is now, None when it was deleted."""
        return self._discord.state.messages.find(message_id)

    @property
    def unnamed(self) -> list[Message]:
        """Public answers that name no video: they did from the start, or somebody "thinks" for
        ever."""
        still = ((first, self.message(id)) for id, first in self._answered.items())
        return [first for first, now in still if first.text or (now is not None and not now.text)]

    def _heard(self, event: Event) -> None:
        if event.kind not in (EventKind.MESSAGE, EventKind.EDITED):
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
            if is_film and all(each.id != message.id for each in self.films[task_id]):
                self.films[task_id].append(message)
            elif message.asked_by is not None:
                self.replies.setdefault(task_id, Reply(message_id=message.id, at=message.at))
        if message.asked_by is not None and named:
            self._answered.pop(message.id, None)
        elif message.asked_by is not None and not self._is_known(message.id):
            self._answered[message.id] = replace(message)

    def _is_known(self, message_id: int) -> bool:
        replies = (each.message_id for each in self.replies.values())
        return message_id in self._answered or message_id in replies
