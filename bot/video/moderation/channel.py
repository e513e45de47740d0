"""The moderators' channel: open cards move along when the server sets another channel.

Nobody reads a card in a channel that is gone, or no longer the moderators'."""

from datetime import datetime

from bot.video.outbox.change import let_go, move
from bot.video.outbox.notices import once, tell_person
from bot.video.ports.books import Books
from bot.video.servers.audit import Act
from bot.video.values.contents import ModeratorsGoneContent, ReportContent
from bot.video.values.posts import Post, PostState
from bot.video.values.videos import State

SETTING = "moderators_channel"


def is_lost(card: Post, channel_id: int) -> bool:
    """Whether a card is outside the channel that moderators read now."""
    return card.state is PostState.GONE or card.channel_id != channel_id


def follow(books: Books, act: Act) -> None:
    """Move open cards to the new channel, or close them if none is set."""
    channel_id = books.settings(act.server_id).moderators_channel
    for found in books.moderators_cards(act.server_id):
        card = books.hold_post(found.id)
        if channel_id is None:
            let_go(books, card.id)
        elif is_lost(card, channel_id) and is_open(books, card):
            move(books, card.id, channel_id, choose=act.choose, now=act.now)


def tell_manager(
    books: Books,
    *,
    user_id: int,
    server_id: int,
    server: str,
    locale: str,
    channel_id: int,
    now: datetime,
) -> None:
    """Owe the server's manager a line, once, that nobody reads this channel."""
    tell_person(
        books,
        user_id,
        ModeratorsGoneContent(locale=locale, server=server),
        nonce=once(f"unread:{server_id}:{channel_id}"),
        server_id=server_id,
        at=now,
    )


def is_open(books: Books, card: Post) -> bool:
    """Whether a card still needs a decision. The queue counts as open for good."""
    if card.task_id is None:
        return card.state is not PostState.GONE
    task = books.task(card.task_id)
    if isinstance(card.content, ReportContent):
        return card.content.dismissed_by is None and task.deleted_by is None
    return task.state is State.HELD
