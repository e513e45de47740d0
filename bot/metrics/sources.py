"""Where a scrape reads how things stand: the process's parts, and the database."""

from contextlib import AbstractAsyncContextManager

from bot import __version__
from bot.client import VideoBot
from bot.clock import Clock
from bot.db import SqlStore
from bot.metrics.monitoring import Monitoring, Own
from bot.video.life.engine import Engine
from bot.video.limits.effective import Limits
from bot.video.values.standing import Standing


def monitored(
    monitor: Monitoring,
    *,
    store: SqlStore,
    engine: Engine,
    bot: VideoBot,
    limits: Limits,
    clock: Clock,
) -> AbstractAsyncContextManager[None]:
    """Serve what is counted in the block, beside how the parts stand. Raises `StartupError`."""

    def own() -> Own:
        return Own(
            version=__version__,
            is_connected=bot.is_connected,
            saves=not store.outage.is_on,
            holds_lease=store.lease.is_held(),
            pause=engine.submitter.gate.pause,
            cap=limits.bot_daily,
        )

    async def read() -> Standing:
        return await store.read(lambda books: books.standing(clock.now()))

    return monitor.serving(own=own, read=read)
