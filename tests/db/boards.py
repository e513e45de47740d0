"""A storyboard to begin with."""

from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from bot.video.storyboards.rights import Hand
from bot.video.values.boards import Board
from bot.video.values.catalogue import Quality
from bot.video.values.videos import VideoSpec

BOARD_ID = "board000000000000001"
OPENER = Hand(user_id=1)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def new_board(**changes: Any) -> Board:
    board = Board(
        id=BOARD_ID,
        server_id=1,
        channel_id=2,
        opener_id=OPENER.user_id,
        title="Fox at dawn",
        locale="es-ES",
        options=VideoSpec(
            prompt="", negative_prompt="lluvia", quality=Quality.HIGH, watermark=True
        ),
        created_at=NOON,
        changed_at=NOON,
    )
    return replace(board, **changes)
