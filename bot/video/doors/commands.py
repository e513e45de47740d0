"""Who tells Discord the commands: one process for all, and no old version beside a newer one."""

from datetime import datetime, timedelta

from bot.video.doors.service import Service
from bot.video.ports.books import Books

TELLING = timedelta(seconds=30)  # others wait this long for a process that says nothing more
LOOK_SECONDS = 1.0


class CommandService(Service):
    """`name` is the set of commands, `digest` stands for its content."""

    async def due(self, name: str, digest: str, *, version: str) -> float | None:
        """Ask whether to tell Discord: 0 for yes, None if it knows or a newer version tells it,
        else the seconds until asking again, because another process is about to."""
        return await self._store.tx(_due, name, digest, version, self._clock.now())

    async def told(self, name: str, digest: str) -> None:
        """Remember what Discord knows now."""
        await self._store.tx(_told, name, digest)

    async def failed(self, name: str) -> None:
        """Let anybody try."""
        await self._store.tx(lambda books: books.set_fact(_telling(name), ""))


def _due(books: Books, name: str, digest: str, version: str, now: datetime) -> float | None:
    books.lock([name])
    is_old = any(_number(each) > _number(version) for each in books.versions())
    if is_old or books.fact(name) == digest:
        return None
    if until := books.fact(_telling(name)):
        left = (datetime.fromisoformat(until) - now).total_seconds()
        if 0 < left <= TELLING.total_seconds():
            return min(left, LOOK_SECONDS)
    books.set_fact(_telling(name), (now + TELLING).isoformat())
    return 0.0


def _told(books: Books, name: str, digest: str) -> None:
    books.set_fact(name, digest)
    books.set_fact(_telling(name), "")


def _telling(name: str) -> str:
    return f"{name}.telling"


def _number(version: str) -> tuple[int, ...]:
    """A version's numbers, by which versions compare."""
    return tuple(int(part) for part in version.split(".") if part.isdecimal())
