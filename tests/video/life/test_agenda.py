"""One heap of due times: what it starts, and what it no longer starts."""

import asyncio
from datetime import timedelta

from bot.video.life.agenda import Agenda
from tests.fakes import FakeClock, settle


async def test_after_the_last_one_was_waited_for_nothing_more_is_started():
    clock, ends, started = FakeClock(), asyncio.Event(), []

    async def work(key):
        started.append(key)
        await ends.wait()

    agenda = Agenda(work, clock=clock, width=2, name="test")
    running = asyncio.create_task(agenda.run())
    agenda.put("first", clock.now())
    agenda.put("later", clock.now() + timedelta(seconds=5))
    await settle()
    finishing = asyncio.create_task(agenda.finish())
    await clock.advance(10)
    assert not finishing.done()
    ends.set()
    await finishing
    await clock.advance(10)
    assert started == ["first"]
    running.cancel()
    await asyncio.wait([running])
