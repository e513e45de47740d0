"""Whose turn it is to be served: fair between servers, then between people, then by arrival.

What can still be answered at once goes before what was acknowledged and can wait."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable

Turn = asyncio.Future[None]
Who = tuple[int, int]  # the server's id and the person's


class FairQueue:
    """Waiting turns. Each server in turn, within it each person in turn."""

    def __init__(self) -> None:
        self._servers: OrderedDict[int, OrderedDict[int, deque[Turn]]] = OrderedDict()

    def put(self, who: Who, turn: Turn) -> None:
        """Let a turn wait."""
        server_id, user_id = who
        people = self._servers.setdefault(server_id, OrderedDict())
        people.setdefault(user_id, deque()).append(turn)

    def next(self) -> Turn | None:
        """The next turn that still waits, or None."""
        while self._servers:
            turn = self._take()
            if not turn.done():  # its person's command has ended
                return turn
        return None

    def _take(self) -> Turn:
        server_id, people = self._servers.popitem(last=False)
        user_id, turns = people.popitem(last=False)
        turn = turns.popleft()
        if turns:
            people[user_id] = turns
        if people:
            self._servers[server_id] = people
        return turn


class Turns:
    """At most `width` turns at a time, and none begins while `is_held` says so."""

    def __init__(self, width: int, is_held: Callable[[], bool] = lambda: False) -> None:
        self._free = width
        self._is_held = is_held
        self._urgent = FairQueue()
        self._patient = FairQueue()
        self.waiting = 0

    async def wait(self, who: Who, *, is_urgent: bool) -> None:
        """Wait for a turn, which ends with `leave`."""
        if self._free and not self.waiting and not self._is_held():
            self._free -= 1
            return
        turn: Turn = asyncio.get_running_loop().create_future()
        (self._urgent if is_urgent else self._patient).put(who, turn)
        self.waiting += 1
        self.wake()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # it had just begun
                self.leave()
            raise
        finally:
            self.waiting -= 1

    def leave(self) -> None:
        """End a turn."""
        self._free += 1
        self.wake()

    def wake(self) -> None:
        """Begin what may begin."""
        while self._free and not self._is_held():
            turn = self._urgent.next() or self._patient.next()
            if turn is None:
                return
            self._free -= 1
            turn.set_result(None)
