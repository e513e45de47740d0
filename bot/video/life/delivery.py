"""Delivers every owed post to a place where people see it, down the ladder if necessary.

A new message is marked `sending` before the call. After an unknown outcome the bot looks for it
before sending again, and a repeat never pings. The `Announcer` words messages and makes calls."""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from msgspec.structs import replace

from bot.clock import Clock
from bot.errors import Fate, PostError
from bot.outages import level
from bot.video.doors.cards import Cards
from bot.video.life import descent, settling
from bot.video.life.agenda import Agenda
from bot.video.life.fence import sharing, when_held
from bot.video.life.progress import SHOW_AGAIN
from bot.video.life.settling import Owed
from bot.video.life.shut_out import Everywhere, is_for, lead_away
from bot.video.life.upload import Upload
from bot.video.moderation import calling
from bot.video.outbox.film_post import file_of
from bot.video.outbox.ladder import by_living_token, is_due
from bot.video.outbox.owed import mark_answered, withdraw
from bot.video.ports.edges import Announcer, Films, Lease, SentMessage, Servers, Store
from bot.video.values.contents import CallContent
from bot.video.values.posts import UNSETTLED, WITH_FILM, Post, PostKind, PostState
from bot.video.values.surveys import OwedPost

log = logging.getLogger(__name__)

# Of each kind: videos may take minutes, and a crowd's cards too; nothing else should wait for them.
WIDTH = 8
PINGS = frozenset({PostKind.FILM, PostKind.OUTCOME})


class Delivery:
    """Works through posts. `hush` stops a task's progress edits before its reply's last edit;
    `notify` hears of videos that may start or have ended, `owed` of posts."""

    def __init__(
        self,
        *,
        store: Store,
        announcer: Announcer,
        films: Films,
        cards: Cards,
        lease: Lease,
        clock: Clock,
        undo: timedelta,
        hush: Callable[[str], Awaitable[bool]],
        notify: Callable[[str], None],
        owed: Callable[[], None],
        servers: Servers | None = None,
    ) -> None:
        self.agenda = Agenda(self.deliver, clock=clock, width=WIDTH, name="deliver")
        self.cards = Agenda(self.deliver, clock=clock, width=WIDTH, name="card")
        self.films = Agenda(self.deliver, clock=clock, width=WIDTH, name="film")
        self._upload = Upload(store=store, films=films, announcer=announcer)
        self._store = store
        self._announcer = announcer
        self._films = films
        self._cards = cards
        self._lease = lease
        self._clock = clock
        self._undo = undo
        self._hush = hush
        self._notify = notify
        self._owed = owed
        self._servers = servers or Everywhere()

    def put(self, owed: OwedPost, at: datetime) -> None:
        """Look at a post at this time, or earlier if that is planned already."""
        agenda = self.films if owed.kind in WITH_FILM else self.agenda
        (self.cards if owed.is_first else agenda).put(owed.post_id, at)

    async def deliver(self, post_id: str) -> datetime | None:
        """Deliver a post if it is due; returns when to look at it again."""
        due = await self._store.tx(settling.take, self._cards, post_id, sharing(self._lease))
        if due is None:
            return None  # another process delivers it
        post, now = due.post, self._clock.now()
        if post.state not in UNSETTLED or post.due_at is None:
            return None
        if not is_due(post, now):
            return post.due_at
        if not self._lease.is_held():
            return when_held(self._lease, now)
        if not post.content.is_purged and await self._is_shut_out(post):
            return await self._store.tx(lead_away, post, now)
        try:
            return await self._step(due)(due, now)
        except PostError as error:
            said = "Could not deliver %s: %s"
            log.log(level(error), said, post.id, error, extra={"action": "deliver"})
            again = await self._store.tx(descent.failed, post, error, now)
            if again is None and post.task_id is not None:
                self._notify(post.task_id)
            elif post.kind is PostKind.OUTCOME:
                self._owed()  # the reply, which waits no longer
            return again

    async def _is_shut_out(self, post: Post) -> bool:
        """Whether it is for a server that is no longer admitted."""
        return is_for(post) and await self._servers.admits(post.server_id) is False

    def _step(self, due: Owed) -> Callable[[Owed, datetime], Awaitable[datetime | None]]:
        if due.post.kind is PostKind.REPLY:
            return self._step_of_reply(due.post)
        if due.post.content.is_purged:
            return self._remove
        if due.is_empty:
            return self._drop
        if due.post.kind not in WITH_FILM and due.post.message_id is not None:
            return self._redraw
        if isinstance(due.post.content, CallContent):
            return self._call
        return self._find if due.post.state is PostState.SENDING else self._send

    def _step_of_reply(self, post: Post) -> Callable[[Owed, datetime], Awaitable[datetime | None]]:
        if post.message_id is None:
            return self._find_reply
        return self._show_reply if post.state is PostState.SENDING else self._finish_reply

    async def _show_reply(self, due: Owed, now: datetime) -> datetime | None:
        """Put the card in the place of the "thinking" message."""
        task_id, message_id = str(due.post.task_id), due.post.message_id or 0
        await self._announcer.edit(by_living_token(due.post, now), due.card)
        await self._store.tx(mark_answered, task_id, message_id, now, self._undo)
        self._notify(task_id)
        return None

    async def _find_reply(self, due: Owed, now: datetime) -> datetime | None:
        """Find out whether the first response arrived, for instance after a crash."""
        task_id = str(due.post.task_id)
        sent = await self._announcer.find(due.post)
        if sent is None:
            await self._store.tx(withdraw, task_id, now)
        else:
            await self._store.tx(mark_answered, task_id, sent.message_id, now, self._undo)
        self._notify(task_id)
        return None

    async def _finish_reply(self, due: Owed, now: datetime) -> datetime | None:
        """Make the reply's last edit, after the message that it links to."""
        if due.card is None or not due.card.is_over:
            return await self._store.tx(settling.settle_reply, self._cards, due)
        films, notice = [each.film for each in due.card.all], due.card.notice
        if any(each is not None and each.state in UNSETTLED for each in films):
            return None  # settling the video makes the reply due again
        if notice is not None and notice.state in UNSETTLED and is_due(notice, now):
            return None  # and so does settling the notice, or putting it off
        was_cut = await self._hush(due.card.task.id)
        await self._announcer.edit(by_living_token(due.post, now), due.card)
        again_at = self._clock.now() + SHOW_AGAIN if was_cut else None
        return await self._store.tx(settling.settle_reply, self._cards, due, again_at)

    async def _redraw(self, due: Owed, now: datetime) -> datetime | None:
        """Show a card or line as it is now; the next edit shows later changes."""
        if not self._lease.is_held():  # asking about the server may take long
            return when_held(self._lease, self._clock.now())
        await self._announcer.edit(by_living_token(due.post, now), due.about)
        return await self._store.tx(settling.settle_card, self._cards, due, now)

    async def _call(self, due: Owed, now: datetime) -> datetime | None:
        """Call a server's moderators once their quiet hours are over, if anything waits."""
        again = await self._store.tx(calling.wake, due.post, now)
        if again is not None:
            return again
        fresh = await self._store.tx(settling.read, self._cards, due.post.id)
        if fresh.post.state is PostState.SENDING:
            return await self._find(fresh, now)
        return await self._send(fresh, now)

    async def _drop(self, due: Owed, now: datetime) -> datetime | None:
        """Drop a post whose content nobody can read."""
        log.error("Dropped %s, which has no content", due.post.id, extra={"action": "deliver"})
        await self._store.tx(settling.settle, due, PostState.GONE)
        return None

    async def _remove(self, due: Owed, now: datetime) -> datetime | None:
        """Delete a message, even one that was cut off while being sent, and the file kept for
        it."""
        post = due.post
        if post.message_id is None and (found := await self._look(post)) is not None:
            post = replace(post, message_id=found.message_id, sent_to=found.channel_id)
        if post.message_id is not None:
            await self._take_down(post)
        if (address := file_of(post).kept_at) is not None:
            await self._films.forget(address)
        await self._store.tx(settling.settle, due, PostState.GONE)
        self._settled(post)
        return None

    async def _take_down(self, post: Post) -> None:
        try:
            await self._announcer.remove(post)
        except PostError as error:
            if error.fate is not Fate.REFUSED:
                raise
            log.warning("Could not remove %s: %s", post.id, error, extra={"action": "purge"})

    async def _find(self, due: Owed, now: datetime) -> datetime | None:
        """Send the message; after a cut-off try, look for it first."""
        sent = await self._look(due.post)
        if sent is None:
            return await self._send(due, now)
        again = await self._store.tx(settling.settle_found, due, sent, now)
        self._settled(due.post)
        return again

    async def _look(self, post: Post) -> SentMessage | None:
        try:
            return await self._announcer.find(post)
        except PostError as error:
            if error.fate is Fate.REFUSED:
                return None  # cannot be seen; only the nonce prevents a duplicate
            raise

    async def _send(self, due: Owed, now: datetime) -> datetime | None:
        clips = await self._upload.of(due.post, due.card, now)
        try:
            if not self._lease.is_held():  # downloading may take long
                return when_held(self._lease, self._clock.now())
            begun = await self._store.tx(settling.begin_sending, self._cards, due.post.id)
            if begun is None:
                return None
            if not self._lease.is_held():  # a `sending` post is looked for before a repeat
                return when_held(self._lease, self._clock.now())
            sent = await self._announcer.send(
                begun.post, begun.about, clips=clips, ping=_pings(begun)
            )
        finally:
            self._upload.drop(clips)
        again = await self._store.tx(settling.settle_sent, self._cards, begun, sent, now)
        self._settled(begun.post)
        return again

    def _settled(self, post: Post) -> None:
        if post.kind in settling.REPLIED:
            self._owed()  # edits of what links to it


def _pings(due: Owed) -> bool:
    if due.post.is_doubted:
        return False
    if due.post.content.calls:
        return True
    return due.card is not None and not due.card.task.muted and due.post.kind in PINGS
