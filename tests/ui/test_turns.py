"""Whose turn it is in a rush."""

import asyncio

from bot.ui.turns import Turns
from tests.fakes import settle


class Crowd:
    """People who wait for turns; `served` is the order in which they got theirs."""

    def __init__(self, turns: Turns) -> None:
        self.turns = turns
        self.served: list[str] = []
        self._tasks: list[asyncio.Task[None]] = []

    def come(self, name: str, *, server: int, person: int, is_urgent: bool = False) -> None:
        async def wait() -> None:
            await self.turns.wait((server, person), is_urgent=is_urgent)
            self.served.append(name)

        self._tasks.append(asyncio.create_task(wait()))

    async def serve(self, turns: int) -> list[str]:
        """Let this many turns end, one after the other."""
        for _ in range(turns):
            self.turns.leave()
            await settle()
        return self.served


async def test_one_servers_crowd_does_not_delay_another_servers_few() -> None:
    crowd = Crowd(Turns(0))
    for number in range(29):
        crowd.come(f"many {number}", server=1, person=number)
    crowd.come("few", server=2, person=99)
    await settle()

    assert "few" in await crowd.serve(2)


async def test_one_persons_many_commands_do_not_delay_anothers_only_one() -> None:
    crowd = Crowd(Turns(0))
    for number in range(9):
        crowd.come(f"many {number}", server=1, person=1)
    crowd.come("one", server=1, person=2)
    await settle()

    assert "one" in await crowd.serve(2)


async def test_people_of_a_server_are_served_as_they_came() -> None:
    crowd = Crowd(Turns(0))
    names = [f"person {number}" for number in range(5)]
    for number, name in enumerate(names):
        crowd.come(name, server=1, person=number)
    await settle()

    assert await crowd.serve(5) == names


async def test_who_was_not_acknowledged_yet_goes_first() -> None:
    crowd = Crowd(Turns(0))
    crowd.come("acknowledged", server=1, person=1)
    crowd.come("waiting", server=1, person=2, is_urgent=True)
    await settle()

    assert await crowd.serve(1) == ["waiting"]


async def test_nobody_is_served_while_others_are_not_even_acknowledged() -> None:
    is_behind = True
    crowd = Crowd(Turns(1, lambda: is_behind))
    crowd.come("one", server=1, person=1)
    await settle()
    assert crowd.served == []

    is_behind = False
    crowd.turns.wake()
    await settle()
    assert crowd.served == ["one"]


async def test_who_gives_up_takes_no_turn_from_others() -> None:
    turns = Turns(1)
    await turns.wait((1, 1), is_urgent=False)
    gone = asyncio.create_task(turns.wait((1, 2), is_urgent=False))
    next_one = asyncio.create_task(turns.wait((1, 3), is_urgent=False))
    await settle()
    gone.cancel()
    await settle()

    turns.leave()
    await settle()
    assert next_one.done()
