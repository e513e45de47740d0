"""The local video API in one object: `async with LocalEvolink(...) as api`, then `api.url`."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from decimal import Decimal
from pathlib import Path
from random import Random, SystemRandom

from aiohttp import web

from bot.clock import Clock, SystemClock
from bot.playground.evolink.callbacks import (
    CallbackRules,
    Callbacks,
    Delivery,
    Resolve,
    system_resolve,
)
from bot.playground.evolink.film.studio import Studio
from bot.playground.evolink.ledger import Ledger
from bot.playground.evolink.production import Production
from bot.playground.evolink.repeats import Repeats
from bot.playground.evolink.routes import Routes, SubmitRecord
from bot.playground.evolink.script import Faults
from bot.playground.evolink.tasks import Pace, Task

HOST = "127.0.0.1"


class LocalEvolink:
    """A video API on this machine.

    `films` is the folder for videos, `pace` how long a task takes, `port` 0 any free one, `balance`
    in credits. With `film` (an MP4's bytes), nothing is rendered: every task gets that file.
    `callback_timeout` is in seconds. `key` is the only key accepted; None: any. With
    `is_idempotent`, a repeat with the same `Idempotency-Key` is the same task; the live service may
    do either.
    """

    def __init__(
        self,
        *,
        films: Path,
        pace: Pace | None = None,
        clock: Clock | None = None,
        port: int = 0,
        allow_loopback_callbacks: bool = False,
        balance: Decimal | int = 10_000,
        film: bytes | None = None,
        random: Random | None = None,
        resolve: Resolve = system_resolve,
        callback_timeout: float = 10.0,
        key: str | None = None,
        is_idempotent: bool = True,
    ) -> None:
        clock = clock or SystemClock()
        rules = CallbackRules(allow_loopback=allow_loopback_callbacks, resolve=resolve)
        self.faults = Faults(clock)
        self._films = films
        self._port = port
        self._callbacks = Callbacks(rules=rules, clock=clock, timeout=callback_timeout)
        self._production = Production(
            balance=Decimal(balance),
            pace=pace or Pace(),
            clock=clock,
            random=random or SystemRandom(),
            studio=Studio(films, film=film),
            faults=self.faults,
            callbacks=self._callbacks,
        )
        self._routes = Routes(
            production=self._production,
            faults=self.faults,
            rules=rules,
            repeats=Repeats(is_on=is_idempotent),
            key=key,
            clock=clock,
        )

    async def __aenter__(self) -> "LocalEvolink":
        self._films.mkdir(parents=True, exist_ok=True)
        async with AsyncExitStack() as opened:
            await opened.enter_async_context(self._callbacks)
            opened.push_async_callback(self._production.close)
            app = self._routes.app()
            self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
            await self._runner.setup()
            opened.push_async_callback(self._runner.cleanup)
            await self._listen()
            self._opened = opened.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._opened.aclose()

    @asynccontextmanager
    async def unreachable(self) -> AsyncIterator[None]:
        """Refuse new connections and cut open requests until the block ends."""
        await self._site.stop()
        self.faults.outage()
        try:
            yield
        finally:
            self.faults.recover()
            await self._listen()

    @property
    def url(self) -> str:
        """The value for `EVOLINK_BASE_URL`."""
        return self._production.origin

    @property
    def requests(self) -> list[SubmitRecord]:
        """Every submit received, in order of the answers; includes refused and cut ones."""
        return self._routes.requests

    @property
    def tasks(self) -> dict[str, Task]:
        return self._production.tasks

    @property
    def ledger(self) -> Ledger:
        return self._production.ledger

    @property
    def deliveries(self) -> list[Delivery]:
        """Every attempt at a callback."""
        return self._callbacks.deliveries

    async def _listen(self) -> None:
        self._site = web.TCPSite(self._runner, HOST, self._port)
        await self._site.start()
        self._port = self._runner.addresses[0][1]
        self._production.origin = f"http://{HOST}:{self._port}"
