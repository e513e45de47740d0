"""Brings every post we owe to where people see it, down the ladder if it must be.

A new message is marked `sending` before the call; after an unknown outcome somebody looks before
it is repeated, and a repeat never pings. Wording and calls are the `Announcer`'s."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.errors import Fate, FilmError, PostError
from bot.video.cards import Cards
from bot.video.life import owed
from bot.video.life.agenda import Agenda
from bot.video.life.ladder import TOO_LARGE, backoff, by_living_token, next_rung
from bot.video.life.owed import mark_answered, withdraw
from bot.video.models import Card, Post, PostKind, PostState, State
from bot.video.moderation.acts import is_purged, kept_address, note_kept
from bot.video.ports.books import Books
from bot.video.ports.edges import Announcer, FilmFile, Films, Lease, Sent, Store

log = logging.getLogger(__name__)

WIDTH = 8
SHOW_AGAIN = timedelta(seconds=10)  # after a last edit that an earlier one may overtake
LOOK_AFTER = timedelta(seconds=5)  # after an unknown outcome
STANDING = (PostKind.CARD, PostKind.NOTICE)  # edited where they are once more owed
TAKEN_DOWN = (PostKind.FILM, PostKind.NOTICE)
UNSETTLED = frozenset({PostState.DUE, PostState.SENDING})


@dataclass(frozen=True, kw_only=True, slots=True)
class Owed:
    """A post with what it is about."""

    post: Post
    card: Card | None


class Delivery:
    """Works through posts. `hush` ends a task's progress edits before its reply's last one."""

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
        stir: Callable[[str], None],
    ) -> None:
        self.agenda = Agenda(self._deliver, clock=clock, width=WIDTH, name="deliver")
        self._store = store
        self._announcer = announcer
        self._films = films
        self._cards = cards
        self._lease = lease
        self._clock = clock
        self._undo = undo
        self._hush = hush
        self._stir = stir

    async def _deliver(self, post_id: str) -> datetime | None:
        owed_post = await self._store.tx(self._read, post_id)
        post, now = owed_post.post, self._clock.now()
        if post.state not in UNSETTLED or post.due_at is None or not self._lease.is_held():
            return None
        if post.due_at > now:
            return post.due_at
        try:
            return await self._step(owed_post)(owed_post, now)
        except PostError as error:
            log.info("%s not delivered: %s", post.id, error, extra={"action": "deliver"})
            again = await self._store.tx(self._failed, post, error, now)
            if again is None and post.task_id is not None:
                self._stir(post.task_id)
            return again

    def _read(self, books: Books, post_id: str) -> Owed:
        post = books.post(post_id)
        task = books.find_task(post.task_id) if post.task_id else None
        return Owed(post=post, card=None if task is None else self._cards.of(books, task))

    def _step(self, it: Owed) -> Callable[[Owed, datetime], Awaitable[datetime | None]]:
        if it.post.kind is PostKind.REPLY:
            return self._find_reply if it.post.message_id is None else self._finish_reply
        if _is_to_go(it.post):
            return self._remove
        if it.post.kind in STANDING and it.post.message_id is not None:
            return self._redraw
        return self._find if it.post.state is PostState.SENDING else self._send

    async def _find_reply(self, it: Owed, now: datetime) -> datetime | None:
        """Whether the first response arrived is not known, after a crash for instance."""
        task_id = str(it.post.task_id)
        sent = await self._announcer.find(it.post)
        if sent is None:
            await self._store.tx(withdraw, task_id, now)
        else:
            await self._store.tx(mark_answered, task_id, sent.message_id, now, self._undo)
        self._stir(task_id)
        return None

    async def _finish_reply(self, it: Owed, now: datetime) -> datetime | None:
        """The reply's last edit; it links to the film, so the film comes first."""
        if it.card is None or not it.card.task.is_over:
            return await self._store.tx(self._finish, it)
        if it.card.film is not None and it.card.film.state in UNSETTLED:
            return None  # settling the film makes the reply due again
        was_cut = await self._hush(it.card.task.id)
        await self._announcer.show(by_living_token(it.post, now), it.card)
        again_at = now + SHOW_AGAIN if was_cut else None
        return await self._store.tx(self._finish, it, again_at)

    def _finish(self, books: Books, it: Owed, again_at: datetime | None = None) -> datetime | None:
        """Settle the reply, unless there was news while its last edit was on its way, or an
        edit that was cut off may arrive after it."""
        fresh = self._read(books, it.post.id)
        if _ending(fresh.card) != _ending(it.card):
            return fresh.post.due_at
        if again_at is not None:
            books.change_post(it.post.id, due_at=again_at)
            return again_at
        is_over = it.card is not None and it.card.task.is_over
        _settle(books, it.post, PostState.THERE, None, wipe=is_over)
        return None

    async def _redraw(self, it: Owed, now: datetime) -> datetime | None:
        """Show a card or a line as it is now; what changes meanwhile is shown by the next edit."""
        await self._announcer.show(by_living_token(it.post, now), it.card)
        return await self._store.tx(self._redrawn, it)

    def _redrawn(self, books: Books, it: Owed) -> datetime | None:
        fresh = self._read(books, it.post.id)
        if (fresh.post, _ending(fresh.card)) != (it.post, _ending(it.card)):
            return fresh.post.due_at
        _settle(books, it.post, PostState.THERE, None)
        return None

    async def _remove(self, it: Owed, now: datetime) -> datetime | None:
        """Delete a message, also one whose sending was cut off, and the film kept for it."""
        post = it.post
        if post.message_id is None and (found := await self._look(post)) is not None:
            post = replace(post, message_id=found.message_id, sent_to=found.channel_id)
        if post.message_id is not None:
            await self._take_down(post)
        if (address := kept_address(post)) is not None:
            await self._films.forget(address)
        await self._settled(post, PostState.GONE, None)
        return None

    async def _take_down(self, post: Post) -> None:
        try:
            await self._announcer.remove(post)
        except PostError as error:
            if error.fate is not Fate.REFUSED:
                raise
            log.warning("%s cannot be removed: %s", post.id, error, extra={"action": "purge"})

    async def _find(self, it: Owed, now: datetime) -> datetime | None:
        """Look before repeating: a message whose sending was cut off may be there."""
        sent = await self._look(it.post)
        if sent is None:
            return await self._send(it, now)
        await self._settled(it.post, PostState.THERE, sent)
        return None

    async def _look(self, post: Post) -> Sent | None:
        try:
            return await self._announcer.find(post)
        except PostError as error:
            if error.fate is Fate.REFUSED:
                return None  # cannot be seen; the nonce is what is left against a double
            raise

    async def _send(self, it: Owed, now: datetime) -> datetime | None:
        film, kept_at = await self._fetch(it, now)
        try:
            begun = await self._store.tx(self._begin_sending, it.post.id)
            if begun is not None:
                sent = await self._call(begun.post, begun.card, film, kept_at)
                return await self._arrived(begun, sent)
        finally:
            if film is not None:
                self._films.drop(film)
        return None

    async def _arrived(self, it: Owed, sent: Sent) -> datetime | None:
        again = await self._store.tx(self._settle_sent, it, sent)
        if it.post.task_id is not None:
            self._stir(it.post.task_id)
        return again

    def _settle_sent(self, books: Books, it: Owed, sent: Sent) -> datetime | None:
        """A card that was decided while it was on its way is owed an edit at once."""
        _settle(books, it.post, PostState.THERE, sent)
        fresh = self._read(books, it.post.id)
        is_as_sent = (fresh.post.content, _ending(fresh.card)) == (
            it.post.content,
            _ending(it.card),
        )
        if (
            it.post.kind is not PostKind.CARD
            or fresh.post.state is not PostState.THERE
            or is_as_sent
        ):
            return None
        return books.change_post(it.post.id, state=PostState.DUE, due_at=it.post.due_at).due_at

    def _begin_sending(self, books: Books, post_id: str) -> Owed | None:
        """Write the intent down; None when the film was deleted or purged meanwhile."""
        it = self._read(books, post_id)
        if it.post.state not in UNSETTLED or _is_to_go(it.post):
            return None
        is_repeat = it.post.is_doubted or it.post.state is PostState.SENDING
        is_repeat = is_repeat or _was_told(books, it.post)
        post = books.change_post(
            post_id,
            state=PostState.SENDING,
            attempts=it.post.attempts + 1,
            is_doubted=is_repeat,
        )
        return Owed(post=post, card=it.card)

    async def _call(
        self, post: Post, card: Card | None, film: FilmFile | None, kept_at: str | None
    ) -> Sent:
        is_theirs = card is not None and not card.task.muted and post.kind is not PostKind.CARD
        ping = is_theirs and not post.is_doubted
        if post.kind is PostKind.FILM and card is not None:
            return await self._announcer.send_film(
                post, card, film=film, kept_at=kept_at, ping=ping
            )
        return await self._announcer.send_notice(post, card, ping=ping)

    async def _fetch(self, it: Owed, now: datetime) -> tuple[FilmFile | None, str | None]:
        """The film to upload, or where it is kept when too large; neither: the link must do."""
        if it.post.kind is not PostKind.FILM or it.card is None or not it.card.task.film_url:
            return None, None
        if (address := kept_address(it.post)) is not None:
            return None, address
        task = it.card.task
        try:
            film = await self._films.fetch(str(task.film_url), task_id=task.id)
        except FilmError as error:
            return await self._unfetched(it.post, error, now)
        try:
            limit = await self._limit(it.post)
        except BaseException:
            self._films.drop(film)
            raise
        if film.size <= limit:
            return film, None
        try:
            address = await self._films.keep(film, task_id=task.id)
            if address is not None:  # a repeat does not keep it twice, a purge finds it
                await self._store.tx(note_kept, it.post.id, address)
            return None, address
        except FilmError as error:
            log.warning("A film cannot be kept: %s", error, extra={"task": task.id})
            return None, None
        finally:
            self._films.drop(film)

    async def _limit(self, post: Post) -> int:
        return 0 if post.content == TOO_LARGE else await self._announcer.upload_limit(post)

    async def _unfetched(
        self, post: Post, error: FilmError, now: datetime
    ) -> tuple[FilmFile | None, str | None]:
        log.warning("A film cannot be fetched: %s", error, extra={"task": post.task_id})
        if error.is_final or post.attempts >= 5:
            return None, None
        raise PostError(Fate.LATER)

    async def _settled(self, post: Post, state: PostState, sent: Sent | None) -> None:
        await self._store.tx(_settle, post, state, sent)
        if post.task_id is not None:
            self._stir(post.task_id)

    def _failed(self, books: Books, post: Post, error: PostError, now: datetime) -> datetime | None:
        """What to do after Discord did not take a post."""
        current = books.post(post.id)
        if current.state not in UNSETTLED:
            return None
        match error.fate:
            case Fate.UNKNOWN:
                due_at = now + max(LOOK_AFTER, backoff(current.attempts, error.retry_after))
                books.change_post(post.id, due_at=due_at)
                return due_at
            case Fate.LATER:
                due_at = now + backoff(current.attempts, error.retry_after)
                # As before this try: an older doubt is not settled by what did not happen now.
                attempts = current.attempts + 1
                books.change_post(post.id, state=post.state, due_at=due_at, attempts=attempts)
                return due_at
            case Fate.REFUSED:
                return self._descend(books, current, error, now)

    def _descend(
        self, books: Books, post: Post, error: PostError, now: datetime
    ) -> datetime | None:
        """The next rung after a definite refusal, and what it means where there is none."""
        if _is_unanswered(post) and post.task_id is not None:
            withdraw(books, post.task_id, now)  # but the response may be there, so tell them
            _replace_reply(books, post.task_id, now)
            return None
        if _is_to_go(post):
            return post.due_at  # purged while it was sent: there is nothing left to deliver
        step = next_rung(post, error.code)
        if step is None:
            return _out_of_rungs(books, post, now)
        books.change_post(post.id, state=PostState.DUE, due_at=now, **step)
        return now


def _is_unanswered(post: Post) -> bool:
    return post.kind is PostKind.REPLY and post.message_id is None


def _is_to_go(post: Post) -> bool:
    return post.kind in TAKEN_DOWN and is_purged(post)


def _ending(card: Card | None) -> tuple[object, ...]:
    """What a reply's last edit shows."""
    return () if card is None else (card.task, card.film)


def _was_told(books: Books, post: Post) -> bool:
    """Whether the requester was pinged already: a late film follows the truth about its loss."""
    if post.kind is not PostKind.FILM or post.task_id is None:
        return False
    return books.find_post(post.task_id, PostKind.NOTICE) is not None


def _settle(
    books: Books, post: Post, state: PostState, sent: Sent | None, *, wipe: bool = False
) -> None:
    fresh = books.post(post.id)
    if fresh.state not in UNSETTLED:
        return  # deleted meanwhile
    changes: dict[str, object] = {"state": state, "due_at": None}
    if state is PostState.THERE and _is_to_go(fresh):
        changes = {}  # purged meanwhile: still owed, to be removed again
    if sent is not None:
        changes |= {"message_id": sent.message_id, "sent_to": sent.channel_id}
    if wipe:
        changes["token"] = ""
    books.change_post(post.id, **changes)
    if post.kind is PostKind.FILM:
        _owe_reply(books, post)


def _owe_reply(books: Books, film: Post) -> None:
    reply = books.find_post(str(film.task_id), PostKind.REPLY)
    if reply is not None and reply.state in (PostState.DUE, PostState.THERE):
        books.change_post(reply.id, state=PostState.DUE, due_at=film.due_at)
    if film.due_at is not None:
        request = books.request(books.task(str(film.task_id)).request_id)
        owed.owe_take(books, request, film.due_at)


def _out_of_rungs(books: Books, post: Post, now: datetime) -> datetime | None:
    """Nowhere left: a film and the truth go to the person's inbox, a lost reply is replaced."""
    is_owed = post.kind in (PostKind.FILM, PostKind.NOTICE) and post.user_id != 0
    state = PostState.INBOX if is_owed else PostState.GONE
    books.change_post(post.id, state=state, due_at=None, token="")
    if post.kind is PostKind.FILM:
        _owe_reply(books, post)
    if post.kind is PostKind.REPLY and post.task_id is not None:
        _replace_reply(books, post.task_id, now)
    return None


def _replace_reply(books: Books, task_id: str, now: datetime) -> None:
    """The reply is gone. A film speaks for itself; any other outcome is told by a message."""
    task = books.task(task_id)
    if task.state is not State.COMPLETED and task.is_over:
        request = books.request(task.request_id)
        books.add_post(owed.channel_post(request, task_id, PostKind.NOTICE, now=now))
