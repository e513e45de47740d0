"""Shows new votes under the videos of several takes, after a vote on their board or elsewhere."""

import contextlib
from collections.abc import Iterable

import discord

from bot.errors import Refusal
from bot.services import Services
from bot.ui.covering import LOOKS, redraw_film, sender_of
from bot.ui.rest import CUT
from bot.video.outbox.film_post import file_of
from bot.video.values.cards import Card

FAILURES = (Refusal, discord.HTTPException, discord.RateLimited, *CUT)


class Galleries:
    """Redraws each message once at a time; votes that come meanwhile share one more edit."""

    def __init__(self, client: discord.Client, services: Services) -> None:
        self._client = client
        self._services = services
        self._moved: dict[str, bool] = {}  # by who sends the message: whether votes came meanwhile

    async def follow(self, task_ids: Iterable[str | None]) -> None:
        """Redraw the messages that show these takes with their votes. If that fails, the next vote
        shows them all."""
        for task_id in dict.fromkeys(filter(None, task_ids)):
            with contextlib.suppress(*FAILURES):
                await self._follow(await self._services.videos.card(task_id))

    async def _follow(self, card: Card) -> None:
        sender = sender_of(card)
        if sender.film is None or not file_of(sender.film).with_others:
            return
        if sender.task.id in self._moved:
            self._moved[sender.task.id] = True
            return
        try:
            for _ in range(LOOKS):
                self._moved[sender.task.id] = False
                await redraw_film(self._client, card, self._services)
                if not self._moved[sender.task.id]:
                    return
        finally:
            del self._moved[sender.task.id]
