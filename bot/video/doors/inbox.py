"""A person's inbox: posts that could not be delivered elsewhere, and the hint that they wait.

`life/delivery.py` puts posts here; `bot.ui` shows them."""

from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from bot.clock import Clock
from bot.video.doors.service import Service
from bot.video.outbox.change import change, let_go
from bot.video.outbox.film_post import file_of, take_down
from bot.video.ports.books import Books
from bot.video.ports.edges import Films, PatientStore
from bot.video.values.cards import Card
from bot.video.values.posts import Post, PostState


class Inbox(Struct, frozen=True, kw_only=True):
    """What waits: videos by task, newest first, and lines about no video."""

    task_ids: Sequence[str]
    lines: Sequence[Post]


class InboxService(Service):
    """Everyone's inboxes; `films` holds the copies that we keep ourselves."""

    def __init__(
        self,
        *,
        store: PatientStore,
        clock: Clock,
        choose: Callable[[str], str],
        notify: Callable[[str], None],
        films: Films,
    ) -> None:
        super().__init__(store=store, clock=clock, choose=choose, notify=notify)
        self._films = films

    async def of(self, user_id: int) -> Inbox:
        """What waits for a person now."""
        return await self._store.read(inbox_of, user_id)

    async def take_lines(self, lines: Sequence[Post]) -> None:
        """Remove lines that were read."""
        await self._store.tx(take_lines, lines)

    async def take_hint(self, user_id: int) -> bool:
        """Whether to tell the person about something new in the inbox."""
        return await self._store.tx(take_hint, user_id)

    async def kept_at(self, card: Card) -> str | None:
        """The address of our own copy of a video, while it exists."""
        address = None if card.film is None else file_of(card.film).kept_at
        if address is None or not await self._films.has(address):
            return None
        return address


def inbox_of(books: Books, user_id: int) -> Inbox:
    """What waits for a person now."""
    found = books.inbox(user_id)
    tasks = dict.fromkeys(post.task_id for post in found if post.task_id is not None)
    lines = [post for post in found if post.task_id is None]
    return Inbox(task_ids=list(tasks), lines=lines)


def take_lines(books: Books, lines: Sequence[Post]) -> None:
    """Remove lines that were read; videos stay, to be looked at again."""
    for line in lines:
        let_go(books, line.id)


def take_hint(books: Books, user_id: int) -> bool:
    """Whether to tell the person about something new in the inbox; true once per post."""
    # Of two commands at once, the second finds that the person was told.
    return any([_hint(books, post.id) for post in books.inbox(user_id) if _is_fresh(post)])


def _hint(books: Books, post_id: str) -> bool:
    if not _is_fresh(books.hold_post(post_id)):
        return False
    change(books, post_id, lambda said: replace(said, is_hinted=True))
    return True


def _is_fresh(post: Post) -> bool:
    return post.state is PostState.INBOX and not post.content.is_hinted


def empty(books: Books, post: Post, at: datetime) -> Post:
    """Take a post out of the inbox and drop its file; returns the post as it is now."""
    if file_of(post).kept_at is not None:
        return take_down(books, post, at)
    return let_go(books, post.id)
