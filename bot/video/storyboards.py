"""The one door to storyboards: open, change, look. What a change does is `boards.py`'s business."""

from collections.abc import Callable
from dataclasses import replace

from bot.clock import Clock
from bot.errors import Refusal
from bot.video import owed
from bot.video.asker import Asker
from bot.video.boards import SHORTEST, TITLE_LIMIT, Board, BoardShot, Hand, add
from bot.video.books import Books
from bot.video.models import VideoSpec, new_id
from bot.video.places import check_place, usual
from bot.video.studio import Studio

TRIES = 5  # of a change that others overtake

Intent = Callable[[Board], Board]


class Storyboards:
    """Boards of all channels. Every method raises `Refusal`."""

    def __init__(self, *, studio: Studio, clock: Clock, choose: Callable[[str], str]) -> None:
        self._studio = studio
        self._clock = clock
        self._choose = choose

    def new_shot(self, prompt: str, *, author_id: int, seconds: int | None = None) -> BoardShot:
        """A shot that is in no board yet; seconds None is its share."""
        return BoardShot(
            id=new_id(self._choose),
            prompt=prompt,
            author_id=author_id,
            seconds=seconds or 0,
            is_fixed=seconds is not None,
        )

    async def open(
        self,
        *,
        server_id: int,
        asker: Asker,
        channel_id: int,
        title: str,
        locale: str,
        options: VideoSpec | None = None,
        shots: tuple[BoardShot, ...] = (),
        parent_id: str | None = None,
    ) -> Board:
        """A new board; its message is owed to the channel. Options: what is usual there."""
        board_id = new_id(self._choose)

        def begin(books: Books) -> Board:
            settings, now = books.settings(server_id), self._clock.now()
            chosen = usual(settings, asker) if options is None else options
            _admit(books, server_id, asker)
            board = Board(
                id=board_id,
                server_id=server_id,
                channel_id=channel_id,
                opener_id=asker.user_id,
                title=title[:TITLE_LIMIT],
                locale=settings.language or locale,
                parent_id=parent_id,
                options=replace(chosen, prompt="", shots=()),
                created_at=now,
                changed_at=now,
            )
            if shots:
                board = add(board, shots, by=Hand(user_id=asker.user_id))
            books.add_board(board)
            books.add_post(
                owed.board_post(board_id, server_id=server_id, channel_id=channel_id, now=now)
            )
            return board

        return await self._studio.act(begin)

    async def board(self, board_id: str) -> Board:
        """A board as it is now."""
        return await self._studio.act(_find, board_id)

    async def open_in(self, channel_id: int) -> Board | None:
        """The board of a channel that is not closed; the newest of several."""
        return await self._studio.act(lambda books: books.open_board(channel_id))

    async def change(self, board_id: str, intent: Intent) -> Board:
        """Apply `intent` to the board as it is; its message is edited afterwards."""
        return await self._studio.act(self._change, board_id, intent)

    async def write(self, board_id: str, intent: Intent, *, asker: Asker) -> Board:
        """Like `change`, by somebody who has to be let in here as for a film."""

        def admitted(books: Books) -> Board:
            _admit(books, _find(books, board_id).server_id, asker)
            return self._change(books, board_id, intent)

        return await self._studio.act(admitted)

    def _change(self, books: Books, board_id: str, intent: Intent) -> Board:
        """Compare-and-set; who was overtaken applies the same intent to the fresh row."""
        now = self._clock.now()
        for _ in range(TRIES):
            board = _find(books, board_id)
            version = board.version + 1
            changed = replace(intent(board), version=version, changed_at=now)
            if books.save_board(changed):
                books.owe_card(board_id, now)
                return changed
        raise Refusal("board_busy")


def _find(books: Books, board_id: str) -> Board:
    board = books.find_board(board_id)
    if board is None:
        raise Refusal("unknown_board")
    return board


def _admit(books: Books, server_id: int, asker: Asker) -> None:
    """The smallest film there is: whoever may make that here may write a shot."""
    smallest = VideoSpec(prompt="", duration=SHORTEST)
    check_place(books.settings(server_id), asker, smallest)
