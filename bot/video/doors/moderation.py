"""What moderators do about people and videos, and what members report to them."""

from datetime import datetime, timedelta

from bot.video.doors.service import Service, Where
from bot.video.moderation import acts, approval, channel, reports
from bot.video.moderation.acts import Record, Removal
from bot.video.outbox.change import drawn, leave_to_press
from bot.video.outbox.new_posts import approval_id, report_id
from bot.video.ports.books import Books
from bot.video.values.moderation import Block
from bot.video.values.posts import Post
from bot.video.values.videos import VideoSpec, VideoTask


class ModerationService(Service):
    """Blocks, approvals, reports, removals. All methods raise `Refusal`, except `record`,
    `tell_manager` and those that find a card."""

    async def block(
        self, where: Where, user_id: int, *, length: timedelta | None, reason: str, server: str
    ) -> Block:
        """Block a member from making videos; None means until unblocked."""
        return await self.moderate(
            acts.block, where, user_id, length=length, reason=reason, server=server
        )

    async def unblock(
        self, where: Where, user_id: int, *, server: str, is_administrator: bool
    ) -> None:
        """End a block."""
        await self.moderate(
            acts.unblock, where, user_id, server=server, is_administrator=is_administrator
        )

    async def check_block(self, server_id: int, user_id: int) -> None:
        """Raises `Refusal` that says why a person is blocked, and until when."""
        await self._store.read(acts.check_block, server_id, user_id, self._clock.now())

    async def record(self, server_id: int, user_id: int) -> Record:
        """A member's block and latest videos."""
        return await self._store.read(acts.record_of, server_id, user_id, self._clock.now())

    async def purge(self, where: Where, task_id: str, reason: str) -> None:
        """Remove a video with every copy that the bot posted, with a reason or without."""
        await self.moderate(acts.purge, where, task_id, reason[: reports.REASON_LIMIT])

    async def cover(self, where: Where, task_id: str) -> None:
        """Note that a video is hidden behind a spoiler; its message is edited elsewhere."""
        await self.moderate(acts.cover, where, task_id)

    async def uncover(self, where: Where, task_id: str) -> None:
        """Note that a video is shown again; its message is edited elsewhere."""
        await self.moderate(acts.uncover, where, task_id)

    async def purge_and_block(
        self, where: Where, task_id: str, *, length: timedelta | None, reason: str, server: str
    ) -> Block:
        """Remove a video everywhere and block its requester."""
        return await self.moderate(
            acts.purge_and_block, where, task_id, length=length, reason=reason, server=server
        )

    async def removal(self, server_id: int, task_id: str) -> Removal:
        """What removing a video everywhere would take."""
        return await self._store.read(acts.removal_of, server_id, task_id)

    async def requester(self, server_id: int, task_id: str) -> int:
        """Who ordered a video of this server."""
        return (await self._store.read(acts.film_of, server_id, task_id)).user_id

    async def cancel(self, where: Where, task_id: str) -> None:
        """End a video that was not submitted yet."""
        await self.moderate(acts.cancel, where, task_id)

    async def put_first(self, where: Where, task_id: str) -> None:
        """Move a waiting video to the front of its server's queue."""
        await self.moderate(acts.put_first, where, task_id)

    async def hold(self, where: Where, task_id: str) -> None:
        """Make a waiting video wait for approval."""
        await self.moderate(approval.hold, where, task_id)

    async def approve(self, where: Where, task_id: str, *, is_administrator: bool) -> None:
        """Approve a held video."""
        await self.moderate(approval.approve, where, task_id, is_administrator=is_administrator)

    async def approve_cheaper(
        self, where: Where, task_id: str, spec: VideoSpec, *, price: int, is_administrator: bool
    ) -> VideoTask:
        """Approve a held video as a cheaper one; the price in 1/10,000 credit."""
        return await self.moderate(
            approval.approve_cheaper,
            where,
            task_id,
            spec,
            price=price,
            is_administrator=is_administrator,
        )

    async def deny(self, where: Where, task_id: str, reason: str) -> None:
        """End a held video, with a reason its requester reads."""
        await self.moderate(approval.deny, where, task_id, reason[: reports.REASON_LIMIT])

    async def report(self, server_id: int, task_id: str, *, by: int, reason: str) -> None:
        """Report a video to the moderators, as a member."""
        await self.act(
            reports.report,
            task_id,
            server_id=server_id,
            by=by,
            reason=reason[: reports.REASON_LIMIT],
            now=self._clock.now(),
            choose=self._choose,
        )

    async def dismiss(self, where: Where, task_id: str) -> None:
        """Keep a reported video."""
        await self.moderate(reports.dismiss, where, task_id)

    async def approval_card(self, task_id: str) -> Post | None:
        """The post that asks moderators about a held video, for an answer to a press that draws it
        and then says `shown`."""
        return await self._store.tx(_to_draw, approval_id(task_id), self._clock.now())

    async def report_card(self, task_id: str) -> Post | None:
        """The post about a reported video, likewise."""
        return await self._store.tx(_to_draw, report_id(task_id), self._clock.now())

    async def shown(self, post: Post) -> None:
        """The answer to a press has drawn this post."""
        await self.act(drawn, post.id, self._clock.now())

    async def tell_manager(
        self, *, user_id: int, server_id: int, server: str, locale: str, channel_id: int
    ) -> None:
        """Tell a server's manager, once per channel, that its moderators cannot read the bot."""
        await self.act(
            channel.tell_manager,
            user_id=user_id,
            server_id=server_id,
            server=server,
            locale=locale,
            channel_id=channel_id,
            now=self._clock.now(),
        )


def _to_draw(books: Books, post_id: str, now: datetime) -> Post | None:
    return leave_to_press(books, post_id, now) if books.look_up_post(post_id) else None
