"""Writes down the state of owed posts: the intent to send, and the result.

Runs inside a transaction. `descent.py` handles refusals."""

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from bot.video.doors.cards import Cards
from bot.video.outbox import owed
from bot.video.outbox.change import change, saying
from bot.video.outbox.takes import carried, hold_news
from bot.video.ports.books import Books
from bot.video.ports.edges import SentMessage
from bot.video.servers.trail import message_of
from bot.video.values.boards import BoardCard
from bot.video.values.cards import Card, Sheet
from bot.video.values.contents import AuditContent, BoardContent, BoardLinkContent, Nothing
from bot.video.values.posts import CARDS, UNSETTLED, Post, PostKind, PostState
from bot.video.values.videos import State

REPLIED = frozenset({PostKind.FILM, PostKind.OUTCOME})  # the reply links to these
OF_VIDEO = REPLIED | {PostKind.REPLY}  # these need no content


class Owed(Struct, frozen=True, kw_only=True):
    """A post with the card of its video or board; `sheet` has the other posts of its video."""

    post: Post
    about: Card | BoardCard | None
    sheet: Sheet | None = None

    @property
    def card(self) -> Card | None:
        """The card of its video."""
        return self.about if isinstance(self.about, Card) else None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        if self.post.kind is PostKind.BOARD:
            return self.about is None
        return self.post.kind not in OF_VIDEO and isinstance(self.post.content, Nothing)

    @property
    def is_overtaken(self) -> bool:
        """Whether it tells of a loss whose video came after all."""
        is_there = self.card is not None and any(
            each.task.state is State.COMPLETED for each in self.card.all
        )
        return is_there and self.post.kind is PostKind.OUTCOME

    @property
    def shows(self) -> tuple[object, ...]:
        """What an edit would show now; a later difference is news."""
        if isinstance(self.about, BoardCard):
            return (self.about.look(),)
        about = () if self.about is None else self.about.all
        shown = [part for each in about for part in (each.task, each.film, each.notice)]
        return (*shown, self.post.content)


def read(books: Books, cards: Cards, post_id: str) -> Owed:
    """A post with its card as the books are now. Raises KeyError."""
    return _owed(books, cards, books.post(post_id))


def take(books: Books, cards: Cards, post_id: str, owner: int | None) -> Owed | None:
    """Like `read`, but None if another process than `owner` delivers the post. What belongs to a
    task is its driver's; anything else is for whoever claims it first."""
    if (sheet := books.sheet_with(post_id)) is None:
        return _claim(books, cards, books.post(post_id), owner)
    post = sheet.posts[post_id]
    if owner not in (None, sheet.task.owner) and post.state in UNSETTLED:
        return None
    return Owed(post=post, about=cards.shown(books, sheet, post), sheet=sheet)


def _claim(books: Books, cards: Cards, post: Post, owner: int | None) -> Owed | None:
    if owner is not None and post.state in UNSETTLED:
        claimed = books.claim_post(post.id, owner)
        return None if claimed is None else _owed(books, cards, claimed)
    return _owed(books, cards, post)


def hold(books: Books, cards: Cards, post_id: str) -> Owed:
    """Like `read`, with the post locked until the commit."""
    return _owed(books, cards, books.hold_post(post_id))


def begin_sending(books: Books, cards: Cards, post_id: str) -> Owed | None:
    """Write down the intent to send; None if the post was deleted, purged or overtaken."""
    due = hold(books, cards, post_id)
    if due.post.state not in UNSETTLED or due.post.content.is_purged:
        return None
    if due.is_overtaken:
        books.mark_delivery(post_id, state=PostState.GONE, due_at=None)
        return None
    _link(books, due.post)
    is_repeat = due.post.is_doubted or due.post.state is PostState.SENDING
    post = books.mark_delivery(
        post_id,
        state=PostState.SENDING,
        attempts=due.post.attempts + 1,
        is_doubted=is_repeat or _was_told(books, due),
    )
    return replace(due, post=post)


def _link(books: Books, post: Post) -> None:
    """Let a line of the audit link to its video's message, which may have been sent meanwhile."""
    said = post.content
    if isinstance(said, AuditContent) and said.message is None:
        change(books, post.id, replace(said, message=message_of(books, said.task)))


def settle(books: Books, due: Owed, state: PostState, sent: SentMessage | None = None) -> None:
    """Mark the post as done; if it was purged meanwhile, remove it again."""
    _settle(books, due, books.hold_post(due.post.id), state, sent)


def _settle(
    books: Books,
    due: Owed,
    fresh: Post,
    state: PostState,
    sent: SentMessage | None = None,
    *,
    wipe: bool = False,
) -> None:
    """Settle a post that is `fresh` and locked."""
    if fresh.state not in UNSETTLED or fresh.nonce != due.post.nonce:
        return  # deleted meanwhile, or owed to another channel
    changes: dict[str, object] = {"token": ""} if wipe else {}
    if state is not PostState.THERE or not fresh.content.is_purged:
        changes |= {"state": state, "due_at": None}
    if sent is not None:
        changes |= {"message_id": sent.message_id, "sent_to": sent.channel_id}
    if changes:
        fresh = books.mark_delivery(fresh.id, **changes)
    if fresh.kind is PostKind.FILM:
        settle_carried(books, fresh)
    if fresh.kind in REPLIED:
        owe_links(books, due.post, due.sheet)


def settle_carried(books: Books, film: Post) -> None:
    """Note for the other videos of a message where it is."""
    for each in carried(books, film):
        if not each.content.is_purged:
            books.mark_delivery(
                each.id,
                state=film.state,
                rung=film.rung,
                message_id=film.message_id,
                sent_to=film.sent_to,
                due_at=None,
            )


def settle_found(books: Books, due: Owed, sent: SentMessage, now: datetime) -> datetime | None:
    """Settle a message that was found after a cut-off try; a card that changed is due for an
    edit."""
    settle(books, due, PostState.THERE, sent)
    if due.post.kind not in CARDS:
        return None
    return change(books, due.post.id, at=now).due_at


def settle_sent(
    books: Books, cards: Cards, due: Owed, sent: SentMessage, now: datetime
) -> datetime | None:
    """Settle a new card; if it was decided while being sent, owe an edit at once."""
    settle(books, due, PostState.THERE, sent)
    if due.post.kind not in CARDS:
        return None
    _note_shown(books, due, now)
    fresh = read(books, cards, due.post.id)
    if fresh.post.nonce != due.post.nonce:
        return fresh.post.due_at
    if fresh.shows == due.shows:
        return None
    return change(books, due.post.id, at=due.post.due_at).due_at


def settle_reply(
    books: Books, cards: Cards, due: Owed, again_at: datetime | None = None
) -> datetime | None:
    """Settle the reply. If there was news during its last edit, or a cut-off edit may still
    arrive, show it once more at `again_at`."""
    fresh = hold(books, cards, due.post.id)
    if (fresh.shows, fresh.post.due_at) != (due.shows, due.post.due_at):
        return fresh.post.due_at
    if again_at is not None:
        return books.mark_delivery(due.post.id, due_at=again_at).due_at
    is_over = due.card is not None and due.card.is_over
    _settle(books, due, fresh.post, PostState.THERE, wipe=is_over)
    return None


def owe_end_again(books: Books, post: Post, at: datetime) -> bool:
    """Owe a reply's last edit once more if its video ended meanwhile: an older one that another
    process made may have come after it. Returns whether it did."""
    fresh = books.hold_post(post.id)
    settled = (PostState.DUE, PostState.THERE)
    if fresh.state not in settled or not books.task(str(post.task_id)).is_over:
        return False
    books.mark_delivery(post.id, state=PostState.DUE, due_at=at)
    return True


def settle_card(books: Books, cards: Cards, due: Owed, now: datetime) -> datetime | None:
    """Settle an edited message, unless it changed during the edit."""
    fresh = hold(books, cards, due.post.id)
    _note_shown(books, due, now)
    if (fresh.post, fresh.shows) != (due.post, due.shows):
        return fresh.post.due_at
    _settle(books, due, fresh.post, PostState.THERE)
    return None


def _note_shown(books: Books, due: Owed, now: datetime) -> None:
    """Note in a board's row what its message shows and when, for comparison and pace."""
    if isinstance(due.about, BoardCard):
        shown = {"look": due.about.look(), "at": now.timestamp()}
        change(books, due.post.id, saying(BoardContent, lambda said: replace(said, **shown)))


def owe_links(books: Books, post: Post, sheet: Sheet | None = None) -> None:
    """Owe edits to the reply and the board, which link to the video or to the news of none; pass
    the sheet if it is known."""
    if post.task_id is not None and post.due_at is not None:
        books.owe_edits(post.task_id, {PostKind.REPLY}, post.due_at)
        request = (sheet or books.sheet(post.task_id)).request
        owed.owe_take(books, request, post.due_at)


def _owed(books: Books, cards: Cards, post: Post) -> Owed:
    if isinstance(post.content, BoardContent | BoardLinkContent):
        return Owed(post=post, about=cards.board(books, post.content.board_id))
    sheet = books.find_sheet(post.task_id) if post.task_id else None
    about = None if sheet is None else cards.shown(books, sheet, post)
    return Owed(post=post, about=about, sheet=sheet)


def _was_told(books: Books, due: Owed) -> bool:
    """Whether the requester was pinged before: a late video follows the news of its loss."""
    if due.post.kind is not PostKind.FILM or due.sheet is None:
        return False
    task, posts = due.sheet.task, due.sheet.posts
    if task.take:
        hold_news(books, task)
        posts = books.sheet(task.id).posts
    told = [each for each in posts.values() if each.kind in REPLIED and each.id != due.post.id]
    return any(each.attempts > 0 for each in told)
