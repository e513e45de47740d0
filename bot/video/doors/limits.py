"""A server's limits: list, set, give, reset, undo."""

from collections.abc import Sequence

from bot.video.doors.service import Service, Where
from bot.video.limits import changes
from bot.video.limits.changes import Placed
from bot.video.values.limits import Grant, Limit, Measure, Subject, Window
from bot.video.values.moderation import AuditEntry


class LimitService(Service):
    """What moderators do to limits; each change has an audit entry that can undo it."""

    async def of(self, server_id: int) -> Sequence[Limit]:
        """All limits of a server."""
        return await self._store.read(lambda books: books.limits(server_id))

    async def set(
        self,
        where: Where,
        *,
        subject: Subject,
        subject_id: int,
        measure: Measure,
        window: Window,
        amount: int | None,
    ) -> Placed:
        """Set a limit, replacing the one before; None is unlimited."""
        return await self.moderate(
            changes.set_limit,
            where,
            subject=subject,
            subject_id=subject_id,
            measure=measure,
            window=window,
            amount=amount,
        )

    async def clear(
        self,
        where: Where,
        *,
        subject: Subject,
        subject_id: int,
        measure: Measure | None,
        window: Window | None,
    ) -> tuple[list[Limit], AuditEntry]:
        """Remove a subject's limits, all or of one kind. Raises `Refusal` if there are none."""
        return await self.moderate(
            changes.clear_limits,
            where,
            subject=subject,
            subject_id=subject_id,
            measure=measure,
            window=window,
        )

    async def give(
        self, where: Where, *, user_id: int, measure: Measure, amount: int, reason: str
    ) -> tuple[Grant, AuditEntry]:
        """Give a person a one-time extra."""
        return await self.moderate(
            changes.give, where, user_id=user_id, measure=measure, amount=amount, reason=reason
        )

    async def reset(self, where: Where, *, user_id: int) -> AuditEntry:
        """Reset a person's usage: nothing before now counts."""
        return await self.moderate(changes.reset, where, user_id=user_id)

    async def undo(self, where: Where, entry_id: str) -> None:
        """Undo a change. Raises `Refusal` if it changed again since."""
        await self.moderate(changes.undo, where, entry_id)
