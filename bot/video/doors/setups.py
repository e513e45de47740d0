"""Many settings and limits at once: plans what would change, applies it in one transaction with one
line of the audit, and undoes it.

What a setup does not name stays as it is."""

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from msgspec import Meta, Struct, to_builtins

from bot.errors import Refusal
from bot.video.doors.service import Service, Where
from bot.video.doors.settings import keep
from bot.video.limits.changes import read_limit
from bot.video.ports.books import Books
from bot.video.servers.audit import Act
from bot.video.values.limits import Limit, Measure, Subject, Window
from bot.video.values.moderation import AuditEntry
from bot.video.values.settings import SettingsDocument
from bot.video.values.videos import new_id

APPLIED, UNDONE = "setup_applied", "setup_undone"
MOST = 10**12  # of a limit


class LimitLine(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A limit as in a file; credits are in 1/10,000, an amount of None is unlimited."""

    subject: Subject = Subject.EVERYONE
    subject_id: int = 0
    measure: Measure
    window: Window
    amount: Annotated[int, Meta(ge=0, le=MOST)] | None

    @property
    def key(self) -> tuple[Subject, int, Measure, Window]:
        """What another limit of the same kind shares."""
        return self.subject, self.subject_id, self.measure, self.window


class Setup(Struct, frozen=True, kw_only=True):
    """Settings by path, and limits."""

    settings: Mapping[str, Any] = {}
    limits: tuple[LimitLine, ...] = ()


class SetupPlan(Struct, frozen=True, kw_only=True):
    """What a setup would change: settings with their value before, limits with the one before, and
    how the settings are then."""

    settings: Sequence[tuple[str, Any, Any]]
    limits: Sequence[tuple[Limit | None, LimitLine]]
    after: SettingsDocument

    @property
    def count(self) -> int:
        """How many changes."""
        return len(self.settings) + len(self.limits)


class SetupService(Service):
    """Reads, plans, applies and undoes setups."""

    async def present(self, server_id: int, paths: Sequence[str]) -> Setup:
        """What a server set, at these paths, and its limits."""
        return await self._store.read(_present, server_id, paths)

    async def plan(self, server_id: int, setup: Setup) -> SetupPlan:
        """See the function `plan`."""
        return await self._store.read(plan, server_id, setup)

    async def apply(self, where: Where, setup: Setup, name: str) -> AuditEntry:
        """See the function `apply`."""
        return await self.moderate(apply, where, setup, name)

    async def undo(self, where: Where, entry_id: str) -> AuditEntry:
        """See the function `undo`."""
        return await self.moderate(undo, where, entry_id)


def plan(books: Books, server_id: int, setup: Setup) -> SetupPlan:
    """What the setup would change now."""
    after = document = books.settings_document(server_id)
    known = _limits(books, server_id)
    for path, value in setup.settings.items():
        after = after.changed(path, value)
    return SetupPlan(
        after=after,
        settings=[
            (path, document.at(path), value)
            for path, value in setup.settings.items()
            if document.at(path) != value
        ],
        limits=[
            (before, each)
            for each in setup.limits
            if (before := known.get(each.key)) is None or before.amount != each.amount
        ],
    )


def apply(books: Books, act: Act, setup: Setup, name: str) -> AuditEntry:
    """Make all changes, or none. Raises `Refusal` if there are none."""
    books.lock([f"server:{act.server_id}"])
    found = plan(books, act.server_id, setup)
    if not found.count:
        raise Refusal("setup_nothing")
    keep(books, act, {path: after for path, _, after in found.settings})
    placed = []
    for before, line in found.limits:
        limit = _limit(act, line)
        books.put_limit(limit)
        placed.append([None if before is None else to_builtins(before), to_builtins(limit)])
    changed = {path: [before, after] for path, before, after in found.settings}
    return act.record(books, APPLIED, setup=name, count=found.count, changed=changed, placed=placed)


def undo(books: Books, act: Act, entry_id: str) -> AuditEntry:
    """Put back everything as it was. Raises `Refusal` if any of it changed again since."""
    entry = books.audit_entry(entry_id)
    if entry is None or entry.server_id != act.server_id or entry.action != APPLIED:
        raise Refusal("unknown_change")
    books.lock([f"server:{act.server_id}"])
    did = json.loads(entry.details)
    document, present = books.settings_document(act.server_id), books.limits(act.server_id)
    as_left = all(document.at(path) == after for path, (_, after) in did["changed"].items())
    if not as_left or not {after["id"] for _, after in did["placed"]} <= {x.id for x in present}:
        raise Refusal("changed_since")
    keep(books, act, {path: before for path, (before, _) in did["changed"].items()})
    for before, after in did["placed"]:
        books.drop_limit(after["id"])
        if before is not None:
            books.put_limit(read_limit(before))
    return act.record(books, UNDONE, setup=did["setup"], count=did["count"], of=entry.id)


def _present(books: Books, server_id: int, paths: Sequence[str]) -> Setup:
    document = books.settings_document(server_id)
    ceilings = document.at("channel_ceilings") or {}
    of_channels = [f"channel_ceilings.{each}.{cap}" for each in ceilings for cap in ceilings[each]]
    found = {path: document.at(path) for path in (*paths, *of_channels)}
    lines = [
        LimitLine(
            subject=each.subject,
            subject_id=each.subject_id,
            measure=each.measure,
            window=each.window,
            amount=each.amount,
        )
        for each in books.limits(server_id)
    ]
    settings = {path: value for path, value in found.items() if value is not None}
    return Setup(settings=settings, limits=tuple(lines))


def _limits(books: Books, server_id: int) -> dict[tuple[Subject, int, Measure, Window], Limit]:
    return {
        (each.subject, each.subject_id, each.measure, each.window): each
        for each in books.limits(server_id)
    }


def _limit(act: Act, line: LimitLine) -> Limit:
    return Limit(
        id=new_id(act.choose),
        server_id=act.server_id,
        subject=line.subject,
        subject_id=line.subject_id,
        measure=line.measure,
        window=line.window,
        amount=line.amount,
        set_by=act.by,
        set_at=act.now,
    )
