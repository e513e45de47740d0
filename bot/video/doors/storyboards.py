"""The only door to storyboards: open, change, look. `edits.py` defines the changes."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from msgspec.structs import replace

from bot.clock import Clock
from bot.errors import Refusal, RuleRefusal
from bot.video.doors.service import Service
from bot.video.doors.videos import VideoService
from bot.video.doors.votes import vote
from bot.video.limits.effective import scopes
from bot.video.moderation.acts import check_block
from bot.video.moderation.rules import check_prompt
from bot.video.moderation.screening import Screened
from bot.video.outbox import new_posts, owed
from bot.video.ports.books import Books
from bot.video.ports.edges import PatientStore
from bot.video.servers import audit
from bot.video.servers.places import check_place, completed_here
from bot.video.storyboards.edits import TITLE_LIMIT, add, is_shown, mark_best
from bot.video.storyboards.rights import Hand
from bot.video.values.asker import Asker
from bot.video.values.boards import Board, BoardShot, Lineage
from bot.video.values.cards import BoardName, Card
from bot.video.values.options import NOTHING_CHOSEN, Options
from bot.video.values.videos import VideoSpec, VideoTask, new_id

GENERATIONS = 6
OPEN_OF_PERSON = 5  # of one person in a server, not closed
OPEN_IN_CHANNEL = 20
OPENED_IN_A_DAY = 20  # by a person in a server: each is a message, and maybe a thread
DAY = timedelta(days=1)
TRIES = 5  # of a change that other changes overtake

Intent = Callable[[Board], Board]


class Storyboards(Service):
    """The boards of all channels. Every method raises `Refusal`."""

    def __init__(
        self,
        *,
        store: PatientStore,
        clock: Clock,
        choose: Callable[[str], str],
        notify: Callable[[str], None],
        videos: VideoService,
    ) -> None:
        super().__init__(store=store, clock=clock, choose=choose, notify=notify)
        self._videos = videos

    def new_shot(self, prompt: str, *, author_id: int, seconds: int | None = None) -> BoardShot:
        """A shot for a board; seconds None means its share."""
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
        options: Options = NOTHING_CHOSEN,
        shots: tuple[BoardShot, ...] = (),
        parent_id: str | None = None,
        announce_in: int | None = None,
    ) -> Board:
        """Open a board and owe its message to the channel, and a link to it to `announce_in`."""
        board_id = new_id(self._choose)
        words = "\n".join([title, *(shot.prompt for shot in shots)])

        def begin(books: Books, screened: Screened | None) -> Board:
            settings, now = books.settings(server_id), self._clock.now()
            chosen = completed_here(settings, asker, options)
            _admit(books, server_id, asker, words, now, screened)
            _check_count(books, server_id, asker.user_id, channel_id, now)
            board = Board(
                id=board_id,
                server_id=server_id,
                channel_id=channel_id,
                opener_id=asker.user_id,
                title=title[:TITLE_LIMIT],
                number=_next_number(books, server_id),
                locale=settings.language or locale,
                parent_id=parent_id,
                options=replace(chosen, prompt="", shots=(), takes=1),
                created_at=now,
                changed_at=now,
            )
            if shots:
                board = add(board, shots, by=Hand(user_id=asker.user_id))
            books.add_board(board)
            books.add_post(
                new_posts.board(board_id, server_id=server_id, channel_id=channel_id, now=now)
            )
            if announce_in is not None:
                books.add_post(new_posts.board_link(board, channel_id=announce_in, now=now))
            return board

        return await self._ruled(begin, server_id, asker, words)

    async def board(self, board_id: str, server_id: int | None) -> Board:
        """A board of this server as it is now."""
        return await self._store.tx(_find, board_id, server_id)

    async def title_of(self, card: Card) -> str:
        """The title of the board that a video is a take of; "" if there is none."""
        board_id = card.request.board_id
        board = await self._store.tx(lambda books: books.find_board(board_id or ""))
        return "" if board is None else board.title

    async def next_name(self, server_id: int) -> BoardName:
        """What people call the server's next board, if it has no words of its own."""
        number = await self._store.tx(_next_number, server_id)
        return BoardName(words="", number=number)

    async def open_in(self, channel_id: int) -> Board | None:
        """A channel's newest board that is not closed."""
        return await self._store.tx(lambda books: books.open_board(channel_id))

    async def lineage(self, card: Card) -> Lineage:
        """What a video came from, at most `GENERATIONS` back, and as far as it is kept."""
        films: list[Card] = []
        parent_id = card.request.parent_id
        with suppress(Refusal):  # an older one was deleted because of its age
            while parent_id is not None and len(films) < GENERATIONS:
                films.append(await self._videos.card(parent_id))
                parent_id = films[-1].request.parent_id
        return Lineage(take=card.take, films=tuple(films))

    async def takes(self, board_id: str) -> list[tuple[int, VideoTask]]:
        """The finished takes of a board with their numbers, oldest first."""
        takes = await self._store.tx(lambda books: books.takes(board_id))
        return [each for each in enumerate(takes, start=1) if is_shown(each[1])]

    async def being_made(self, board_id: str) -> int:
        """How many takes of a board have no outcome yet."""
        takes = await self._store.read(lambda books: books.takes(board_id))
        return sum(not each.is_over for each in takes)

    async def mark_best(
        self, board_id: str, server_id: int | None, take_id: str | None, *, by: Hand
    ) -> Board:
        """Mark a take as the board's best, or with None no take."""

        def mark(books: Books) -> Board:
            takes = books.takes(board_id)
            intent = partial(mark_best, take_id=take_id, takes=takes, by=by)
            return change(books, board_id, server_id, intent, self._clock.now())

        return await self.act(mark)

    async def vote(
        self, board_id: str, server_id: int | None, take_id: str, *, by: int
    ) -> int | None:
        """Vote for a take; its number. A second vote for the same take withdraws it: None."""
        now = self._clock.now()
        return await self.act(_vote, board_id, server_id, take_id, by, now)

    async def vote_of(self, board_id: str, *, by: int) -> str | None:
        """The take that a person voted for."""
        return await self._store.read(lambda books: books.vote_of(board_id, by))

    async def change(self, board_id: str, server_id: int | None, intent: Intent) -> Board:
        """Apply `intent` to the board as it is, then edit its message."""
        return await self.act(change, board_id, server_id, intent, self._clock.now())

    async def add_shots(
        self,
        board_id: str,
        server_id: int,
        shots: Sequence[BoardShot],
        *,
        asker: Asker,
        by: Hand,
        words: str,
    ) -> tuple[Board, Board]:
        """Add shots; returns the board before and after."""
        before: list[Board] = []

        def intent(board: Board) -> Board:
            before[:] = [board]  # the last try counts
            return add(board, shots, by=by)

        after = await self.write(board_id, server_id, intent, asker=asker, words=words)
        return before[0], after

    async def write(
        self, board_id: str, server_id: int, intent: Intent, *, asker: Asker, words: str
    ) -> Board:
        """Change a board after the same checks of person and words that a video gets."""

        def admitted(books: Books, screened: Screened | None) -> Board:
            now = self._clock.now()
            _admit(books, server_id, asker, words, now, screened)
            return change(books, board_id, server_id, intent, now)

        return await self._ruled(admitted, server_id, asker, words)

    async def _ruled(
        self,
        act: Callable[[Books, Screened | None], Board],
        server_id: int,
        asker: Asker,
        words: str,
    ) -> Board:
        """Record a rule's refusal in the audit, as for a video."""
        try:
            return await self._videos.screening.around(lambda found: self.act(act, found))
        except RuleRefusal as refusal:
            origin = self._videos.origin(
                server_id=server_id,
                channel_id=asker.channel_id,
                user_id=asker.user_id,
                locale="",
                server_locale="",
            )
            now = self._clock.now()
            await self.act(audit.record_refusal, origin, refusal, self._choose, now)
            raise


def change(
    books: Books, board_id: str, server_id: int | None, intent: Intent, now: datetime
) -> Board:
    """Compare-and-set; if overtaken, apply the same intent to the fresh row."""
    for _ in range(TRIES):
        board = _find(books, board_id, server_id)
        version = board.version + 1
        changed = replace(intent(board), version=version, changed_at=now)
        if books.save_board(changed):
            owed.owe_board(books, board_id, now)
            return changed
    raise Refusal("board_busy", board=_find(books, board_id, server_id).name)


def _vote(
    books: Books, board_id: str, server_id: int | None, take_id: str, by: int, now: datetime
) -> int | None:
    return vote(books, _find(books, board_id, server_id), take_id, by, now)


def _find(books: Books, board_id: str, server_id: int | None) -> Board:
    board = books.find_board(board_id)
    if board is None or board.server_id != server_id:
        raise Refusal("unknown_board")
    return board


def _next_number(books: Books, server_id: int) -> int:
    newest = books.newest_board(server_id)
    return 1 if newest is None else newest.number + 1


def _check_count(
    books: Books, server_id: int, user_id: int, channel_id: int, now: datetime
) -> None:
    """Limit the open boards of a person and of a channel, and a person's new boards per day."""
    books.lock(scopes(server_id, user_id))
    yours, here = books.open_boards(server_id, user_id), books.boards_in(channel_id)
    if len(yours) >= OPEN_OF_PERSON:
        names = [each.name for each in yours[:OPEN_OF_PERSON]]
        raise Refusal("boards_yours", limit=OPEN_OF_PERSON, boards=names)
    if len(here) >= OPEN_IN_CHANNEL:
        raise Refusal("boards_here", limit=OPEN_IN_CHANNEL, board=here[0].name)
    at = books.opened_at(server_id, user_id, back=OPENED_IN_A_DAY - 1)
    if at is not None and now - DAY < at <= now:
        raise Refusal("boards_today", limit=OPENED_IN_A_DAY, retry_at=at + DAY)


def _admit(
    books: Books,
    server_id: int,
    asker: Asker,
    words: str,
    now: datetime,
    screened: Screened | None,
) -> None:
    """Allow writing on a board to whoever may make videos here, with words a video may have."""
    check_block(books, server_id, asker.user_id, now)
    check_place(books.settings(server_id), asker)
    check_prompt(books, server_id, VideoSpec(prompt=words), screened)
