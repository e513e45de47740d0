"""What Discord answered once."""

import asyncio
import gc
from datetime import timedelta
from typing import Any

from bot.ui.remembered import Remembered
from tests.fakes import FakeClock, settle


async def test_a_failure_after_everybody_who_asked_has_gone_is_no_fault_of_the_program() -> None:
    faults: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, fault: faults.append(fault))
    closed = asyncio.Event()

    async def ask(_: int) -> str:
        await closed.wait()
        raise ConnectionError("closed")

    remembered = Remembered(ask, clock=FakeClock(), lasting=timedelta(minutes=1))
    asking = asyncio.create_task(remembered.get(1))
    await settle()
    asking.cancel()
    await settle()
    closed.set()
    await settle()
    gc.collect()
    assert not faults
