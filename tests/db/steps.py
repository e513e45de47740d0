"""Two people, and a storyboard that both wrote."""

from msgspec.structs import replace

from bot.video.values.boards import Board, BoardShot
from bot.video.values.videos import VideoSpec
from tests.db.conftest import NOW

ME, OTHER = 7, 8


def board(**changes) -> Board:
    shots = (
        BoardShot(id="a", prompt="mine", author_id=ME, seconds=3),
        BoardShot(id="b", prompt="theirs", author_id=OTHER, seconds=3),
    )
    empty = Board(
        id="board000000000000001",
        server_id=1,
        channel_id=2,
        opener_id=ME,
        title="My film",
        locale="en-US",
        created_at=NOW,
        changed_at=NOW,
        shots=shots,
        options=VideoSpec(prompt="", negative_prompt="rain"),
    )
    return replace(empty, **changes)
