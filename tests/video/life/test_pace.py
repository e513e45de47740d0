"""The pace forgets channels in which nothing was edited lately."""

from datetime import timedelta
from types import SimpleNamespace

from bot.video.life.pace import CHANNELS, ChannelPace
from tests.fakes import FakeClock


async def test_channels_of_a_while_ago_are_forgotten_and_busy_ones_are_not() -> None:
    clock = FakeClock()
    pace = ChannelPace(clock, SimpleNamespace(drivers=1))
    for channel_id in range(3 * CHANNELS):
        pace.count(channel_id)
        await clock.jump(0.01)

    assert len(pace._free_at) <= CHANNELS
    assert pace.free_at(3 * CHANNELS - 1, clock.now()) > clock.now() + timedelta(seconds=1)
