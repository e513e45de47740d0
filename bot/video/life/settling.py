"""What is written down of the posts we owe: the intent to send, and what became of it.

All of it runs inside a transaction. What follows a refusal is `descent.py`'s."""

from datetime import datetime

from msgspec import Struct

from bot.video.doors.cards import Cards
from bot.video.outbox import owed
from bot.video.outbox.film_post import is_purged
from bot.video.ports.books import Books
from bot.video.ports.edges import SentMessage
from bot.video.values.cards import Card
from bot.video.values.posts import Post, PostKind, PostState

UNSETTLED = frozenset({PostState.DUE, PostState.SENDING})
TAKEN_DOWN = frozenset({PostKind.FILM, PostKind.NOTICE})


class Owed(Struct, frozen=True, kw_only=True):
    """A post with what it is about."""

    post: Post
    card: Card | None

    @property
    def is_to_go(self) -> bool:
        """Whether its message, of a film with every copy, is to be removed."""
        return self.post.kind in TAKEN_DOWN and is_purged(self.post)

    @property
    def shows(self) -> tuple[object, ...]:
        """What an edit of it shows now; what differs later is news."""
        about = () if self.card is None else (self.card.task, self.card.film)
        return (*about, self.post.content)


def read(books: Books, cards: Cards, post_id: str) -> Owed:
    """A post with its card as the books stand; raises KeyError."""
    return _with_card(books, cards, books.post(post_id))


def hold(books: Books, cards: Cards, post_id: str) -> Owed:
    """The same, and nobody else changes the post until the commit."""
    return _with_card(books, cards, books.hold_post(post_id))


def begin_sending(books: Books, cards: Cards, post_id: str) -> Owed | None:
    """Write the intent down; None when the post was deleted or purged meanwhile."""
    it = hold(books, cards, post_id)
    if it.post.state not in UNSETTLED or it.is_to_go:
        return None
    is_repeat = it.post.is_doubted or it.post.state is PostState.SENDING
    post = books.change_post(
        post_id,
        state=PostState.SENDING,
        attempts=it.post.attempts + 1,
        is_doubted=is_repeat or _was_told(books, it.post),
    )
    return Owed(post=post, card=it.card)


def settle(
    books: Books, post: Post, state: PostState, sent: SentMessage | None, *, wipe: bool = False
) -> None:
    """Nothing is owed any more, unless it was purged meanwhile: then it is removed again."""
    fresh = Owed(post=books.hold_post(post.id), card=None)
    if fresh.post.state not in UNSETTLED or fresh.post.nonce != post.nonce:
        return  # deleted meanwhile, or owed to another channel
    changes: dict[str, object] = {"token": ""} if wipe else {}
    if state is not PostState.THERE or not fresh.is_to_go:
        changes |= {"state": state, "due_at": None}
    if sent is not None:
        changes |= {"message_id": sent.message_id, "sent_to": sent.channel_id}
    books.change_post(post.id, **changes)
    if post.kind is PostKind.FILM:
        owe_reply(books, post)


def settle_sent(books: Books, cards: Cards, it: Owed, sent: SentMessage) -> datetime | None:
    """A card that was decided while it was on its way is owed an edit at once."""
    settle(books, it.post, PostState.THERE, sent)
    fresh = read(books, cards, it.post.id)
    if fresh.post.nonce != it.post.nonce:
        return fresh.post.due_at
    is_there = it.post.kind is PostKind.CARD and fresh.post.state is PostState.THERE
    if not is_there or fresh.shows == it.shows:
        return None
    return books.change_post(it.post.id, state=PostState.DUE, due_at=it.post.due_at).due_at


def settle_reply(
    books: Books, cards: Cards, it: Owed, again_at: datetime | None = None
) -> datetime | None:
    """Settle the reply, unless there was news while its last edit was on its way, or an edit
    that was cut off may arrive after it: then it is shown once more at `again_at`."""
    fresh = hold(books, cards, it.post.id)
    if fresh.shows != it.shows:
        return fresh.post.due_at
    if again_at is not None:
        return books.change_post(it.post.id, due_at=again_at).due_at
    is_over = it.card is not None and it.card.task.is_over
    settle(books, it.post, PostState.THERE, None, wipe=is_over)
    return None


def settle_card(books: Books, cards: Cards, it: Owed) -> datetime | None:
    """Settle a standing card, unless it changed while an edit was on its way."""
    fresh = hold(books, cards, it.post.id)
    if (fresh.post, fresh.shows) != (it.post, it.shows):
        return fresh.post.due_at
    settle(books, it.post, PostState.THERE, None)
    return None


def owe_reply(books: Books, film: Post) -> None:
    """Where its film went is news for the reply, and for the board that it is a take of."""
    reply = books.find_post(str(film.task_id), PostKind.REPLY)
    if reply is not None and reply.state in (PostState.DUE, PostState.THERE):
        books.change_post(reply.id, state=PostState.DUE, due_at=film.due_at)
    if film.due_at is not None:
        request = books.request(books.task(str(film.task_id)).request_id)
        owed.owe_take(books, request, film.due_at)


def _with_card(books: Books, cards: Cards, post: Post) -> Owed:
    task = books.find_task(post.task_id) if post.task_id else None
    return Owed(post=post, card=None if task is None else cards.of(books, task))


def _was_told(books: Books, post: Post) -> bool:
    """Whether the requester was pinged already: a late film follows the truth about its loss."""
    if post.kind is not PostKind.FILM or post.task_id is None:
        return False
    return books.find_post(post.task_id, PostKind.NOTICE) is not None
