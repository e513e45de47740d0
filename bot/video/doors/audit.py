"""A server's audit for the people who look after it: by page, or all of it."""

from collections.abc import AsyncIterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from bot.video.ports.books import Books
from bot.video.ports.edges import PatientStore
from bot.video.servers.trail import Traced, look
from bot.video.values.moderation import AuditSearch

READ = 300  # entries per read


class Found(Struct, frozen=True, kw_only=True):
    """A page of entries, newest first."""

    entries: Sequence[Traced]
    has_more: bool
    is_cut: bool  # there are older entries that were not searched


class Audit:
    """Reads audits without delaying writers."""

    def __init__(self, store: PatientStore) -> None:
        self._store = store

    async def page(self, search: AuditSearch) -> Found:
        """A page of entries, as the search says."""
        return await self._store.read(_page, search)

    async def pages(self, search: AuditSearch) -> AsyncIterator[Sequence[Traced]]:
        """All entries that match, some at a time, so memory stays small."""
        found = await self._store.read(look, replace(search, limit=READ))
        while found:
            yield found
            last = found[-1].entry
            after = (last.at, last.id)
            found = await self._store.read(look, replace(search, limit=READ, after=after))


def _page(books: Books, search: AuditSearch) -> Found:
    found = look(books, replace(search, limit=search.limit + 1))
    has_more = len(found) > search.limit
    is_cut = not has_more and books.is_audit_cut(search)
    return Found(entries=found[: search.limit], has_more=has_more, is_cut=is_cut)
