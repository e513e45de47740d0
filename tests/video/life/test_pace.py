"""A channel's pace: what Discord takes, however many processes share the channel."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from bot.video.life.pace import CHANNELS, ChannelPace
from tests.fakes import FakeClock


@pytest.mark.parametrize("count", [1, 2, 4])
async def test_processes_that_share_a_channel_edit_it_no_faster_than_one(count: int) -> None:
    clock = FakeClock()
    paces = [ChannelPace(clock, SimpleNamespace(drivers=count)) for _ in range(count)]
    edited = []
    for _ in range(600):
        for pace in paces:
            if pace.free_at(1, clock.now()) <= clock.now():
                pace.count(1)
                edited.append(clock.now())
        await clock.jump(0.1)

    assert len(edited) > 40, "a minute has room for 48"
    for first, sixth in zip(edited, edited[5:], strict=False):
        assert sixth - first >= timedelta(seconds=5), "Discord takes 5 in 5 s"


async def test_channels_of_a_while_ago_are_forgotten_and_busy_ones_are_not() -> None:
    clock = FakeClock()
    pace = ChannelPace(clock, SimpleNamespace(drivers=1))
    for channel_id in range(3 * CHANNELS):
        pace.count(channel_id)
        await clock.jump(0.01)

    assert len(pace._free_at) <= CHANNELS
    assert pace.free_at(3 * CHANNELS - 1, clock.now()) > clock.now() + timedelta(seconds=1)
