"""A server's queue as its moderators read it, page by page."""

from datetime import datetime

from bot.video.doors.service import Service, Where
from bot.video.moderation import queue
from bot.video.moderation.queue import Seen
from bot.video.values.contents import QueueContent, QueueRow


class QueueService(Service):
    """Pages of the queue, and the messages that show them."""

    async def page(self, server_id: int, page: int, *, locale: str | None) -> QueueContent:
        """A page of what waits and runs; the first page if this one is gone."""
        return await self._store.read(queue.page_of, server_id, page, locale=locale)

    async def held(self, server_id: int) -> list[QueueRow]:
        """The oldest videos that wait for a moderator."""
        return await self._store.read(queue.held, server_id)

    async def seen(self, server_id: int, message_id: int) -> Seen:
        """Which page a message shows, and whether it is the pinned one."""
        return await self._store.read(queue.seen, server_id, message_id)

    async def pin(self, where: Where) -> None:
        """Pin the queue to the moderators' channel. Raises `Refusal` if none is set."""
        await self.moderate(queue.pin, where)

    async def follow(
        self,
        server_id: int,
        message_id: int,
        shown: QueueContent,
        *,
        channel_id: int,
        application_id: int,
        token: str,
        token_until: datetime,
    ) -> None:
        """Note that a message now shows this page, and keep it up to date."""
        await self.act(
            queue.follow,
            server_id,
            message_id,
            shown,
            channel_id=channel_id,
            application_id=application_id,
            token=token,
            token_until=token_until,
        )
