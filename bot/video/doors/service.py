"""What services share: a person's act is one transaction, then delivery is woken."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from bot.clock import Clock
from bot.video.doors.hearing import OnceStore
from bot.video.ports.books import Books
from bot.video.ports.edges import PatientStore
from bot.video.servers.audit import Act
from bot.video.values.videos import VideoTask

P = ParamSpec("P")
T = TypeVar("T")

Where = tuple[int, int]  # the server's id and the moderator's


class Service:
    """`choose` picks letters for ids; `notify` tells the engine about news of a task, or with ""
    that posts are owed. Callers check permissions. Methods that may refuse say so."""

    def __init__(
        self,
        *,
        store: PatientStore,
        clock: Clock,
        choose: Callable[[str], str],
        notify: Callable[[str], None],
    ) -> None:
        self._store = OnceStore(store)
        self._clock = clock
        self._choose = choose
        self._notify = notify

    async def act(
        self, fn: Callable[Concatenate[Books, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `fn(books, ...)` in one transaction, then deliver what it owes people."""
        result = await self._store.tx(fn, *args, **kwargs)
        self._notify("")
        return result

    async def moderate(
        self,
        fn: Callable[Concatenate[Books, Act, P], T],
        where: Where,
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run a moderator's `fn(books, act, ...)`, and wake whoever is concerned by a changed
        video."""
        server_id, by = where
        act = Act(server_id=server_id, by=by, now=self._clock.now(), choose=self._choose)
        result = await self._store.tx(fn, act, *args, **kwargs)
        self._notify(result.id if isinstance(result, VideoTask) else "")
        return result
