"""Sends a finished video to the channel or forum that its server chose to show the best."""

from bot.errors import Refusal
from bot.video.doors.service import Service, Where
from bot.video.outbox import new_posts
from bot.video.outbox.change import change, move
from bot.video.outbox.new_posts import showcase_id
from bot.video.ports.books import Books
from bot.video.servers.audit import Act
from bot.video.storyboards.edits import is_shown
from bot.video.values.contents import ShowcaseContent
from bot.video.values.posts import Post, PostState
from bot.video.values.videos import VideoTask


class ShowcaseService(Service):
    """The showcases of all servers."""

    async def channel(self, server_id: int) -> int | None:
        """The channel or forum that a server chose."""
        return (await self._store.read(lambda books: books.settings(server_id))).showcase_channel

    async def may_send(self, task_id: str, *, by: int, may_moderate: bool) -> bool:
        """Whether a person may send a video: its requester, its board's owner, a moderator."""

        def read(books: Books) -> bool:
            task = books.find_task(task_id)
            return task is not None and _may(books, task, by, may_moderate)

        return await self._store.read(read)

    async def post(self, task_id: str) -> Post | None:
        """A video's message in the showcase, if it was ever sent there."""
        return await self._store.read(lambda books: books.look_up_post(showcase_id(task_id)))

    async def send(
        self, where: Where, task_id: str, *, may_moderate: bool, source: str | None
    ) -> Post:
        """Owe the message, once; returns its post, which may be there already. `source` is where
        the file is, if the service's link is over. Raises `Refusal`."""

        def act(books: Books, act: Act) -> Post:
            return send(books, act, task_id, may_moderate=may_moderate, source=source)

        return await self.moderate(act, where)


def send(books: Books, act: Act, task_id: str, *, may_moderate: bool, source: str | None) -> Post:
    """See `ShowcaseService.send`."""
    books.lock([f"server:{act.server_id}"])
    task = books.find_task(task_id)
    if task is None or task.server_id != act.server_id or not is_shown(task):
        raise Refusal("unknown_film", id=task_id)
    if not _may(books, task, act.by, may_moderate):
        raise Refusal("not_yours")
    channel_id = books.settings(act.server_id).showcase_channel
    if channel_id is None:
        raise Refusal("no_showcase")
    return _owed(books, act, task, channel_id, ShowcaseContent(source=source))


def _owed(books: Books, act: Act, task: VideoTask, channel_id: int, said: ShowcaseContent) -> Post:
    """The post: the one that is there or on its way, else a new one; one that Discord refused is
    owed again."""
    known = books.look_up_post(showcase_id(task.id))
    if known is not None and known.state is not PostState.GONE:
        return known
    act.record(books, "showcased", user_id=task.user_id, task_id=task.id, channel=channel_id)
    if known is None:
        books.add_post(new_posts.showcase(task, channel_id, said, now=act.now))
    else:
        change(books, known.id, said)
        move(books, known.id, channel_id, choose=act.choose, now=act.now)
    return books.post(showcase_id(task.id))


def _may(books: Books, task: VideoTask, by: int, may_moderate: bool) -> bool:
    if may_moderate or task.user_id == by:
        return True
    board_id = books.request(task.request_id).board_id
    board = books.find_board(board_id) if board_id else None
    return board is not None and board.opener_id == by
