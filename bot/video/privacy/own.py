"""What people do about their own data: export it, or have it deleted."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.video.doors.service import Service
from bot.video.ports.privacy import Kept
from bot.video.privacy import export, forgetting
from bot.video.privacy.forgetting import Forgotten


class PrivacyService(Service):
    """A person's own data, in every server."""

    async def begin(self) -> None:
        """Act for this interaction, unless another process does: raises `HeardBefore`."""
        await self._store.read(lambda _: None)

    def pages(self, user_id: int) -> AsyncIterator[tuple[Kept, Sequence[Mapping[str, Any]]]]:
        """See `export.pages`."""
        return export.pages(self._store.read, user_id)

    async def promise(self, user_id: int) -> datetime:
        """Store a person's wish to be forgotten; returns its time."""
        asked_at = self._clock.now()
        await forgetting.promise(self.act, user_id, asked_at)
        return asked_at

    async def forget(self, user_id: int, asked_at: datetime) -> Forgotten:
        """Forget a person whose wish is stored; may take minutes."""
        return await forgetting.keep_promise(self._store.read, self.act, user_id, asked_at)
