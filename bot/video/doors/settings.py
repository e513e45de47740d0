"""Changes a server's settings, in one transaction, with an audit entry that can be undone.

Callers check permissions; `bot.ui.panel` knows which paths and values make sense."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from bot.errors import Refusal
from bot.video.doors.service import Service, Where
from bot.video.moderation import approval, channel
from bot.video.ports.books import Books
from bot.video.servers.audit import Act
from bot.video.values.moderation import AuditEntry
from bot.video.values.settings import ServerSettings, SettingsDocument
from bot.video.values.videos import VideoTask

MOST_PAUSED = 25  # channels; as many as one select menu of /settings shows
MOST_TRUSTED = 25  # the panel's select menu shows no more
TRUSTED = "approval.trusted"  # the setting's path
CHANGED, UNDONE = "setting_changed", "setting_undone"


class SettingsService(Service):
    """A server's settings, and the audit of who did what."""

    async def of(self, server_id: int) -> ServerSettings:
        """The present settings."""
        return await self._store.tx(lambda books: books.settings(server_id))

    async def document(self, server_id: int) -> SettingsDocument:
        """The settings as stored, by path."""
        return await self._store.tx(lambda books: books.settings_document(server_id))

    async def change(self, where: Where, path: str, value: Any) -> AuditEntry | None:
        """See the function `change`."""
        return await self.moderate(change, where, path, value)

    async def undo(self, where: Where, entry_id: str) -> AuditEntry:
        """See the function `undo`."""
        return await self.moderate(undo, where, entry_id)

    async def pause(self, where: Where, channel_id: int, *, is_paused: bool) -> None:
        """Pause a channel or (0) the whole server, or end that pause.

        Raises `Refusal` if too many channels are paused.
        """
        await self.moderate(pause, where, channel_id, is_paused=is_paused)

    async def trust(self, where: Where, task_id: str, *, is_administrator: bool) -> int:
        """See the function `trust`; returns the person."""
        task = await self.moderate(trust, where, task_id, is_administrator=is_administrator)
        return task.user_id

    async def trust_person(
        self, where: Where, user_id: int, *, is_administrator: bool = False
    ) -> None:
        """See the function `trust_person`."""
        await self.moderate(trust_person, where, user_id, is_administrator=is_administrator)

    async def distrust(self, where: Where, user_id: int) -> None:
        """See the function `distrust`."""
        await self.moderate(distrust, where, user_id)

    async def is_bot_paused(self) -> bool:
        """Whether the operator paused the whole bot."""
        return await self._store.read(lambda books: books.is_paused())

    async def audit(self, server_id: int, *, limit: int, offset: int) -> Sequence[AuditEntry]:
        """The audit, newest first."""
        return await self._store.read(
            lambda books: books.audit(server_id, limit=limit, offset=offset)
        )


def change(books: Books, act: Act, path: str, value: Any) -> AuditEntry | None:
    """Set the value at a path; None removes it. Returns the audit entry, or None if nothing
    changed.

    Raises ValueError for a value that the setting cannot have.
    """
    _lock(books, act)
    before = books.settings_document(act.server_id).at(path)
    if before == value:
        return None
    keep(books, act, {path: value})
    return act.record(books, CHANGED, setting=path, before=before, after=value)


def pause(books: Books, act: Act, channel_id: int, *, is_paused: bool) -> None:
    """See `SettingsService.pause`; a pause that is so already changes nothing."""
    _lock(books, act)
    if not channel_id:
        change(books, act, "paused", is_paused or None)
        return
    others = set(books.settings(act.server_id).paused_channels) - {channel_id}
    if is_paused and len(others) >= MOST_PAUSED:
        raise Refusal("too_many_paused", most=MOST_PAUSED)
    paused = others | {channel_id} if is_paused else others
    change(books, act, "paused_channels", sorted(paused) or None)


def trust(books: Books, act: Act, task_id: str, *, is_administrator: bool) -> VideoTask:
    """Approve a held video, and from now on all of its requester's that no rule holds. Raises
    `Refusal`."""
    _lock(books, act)
    task = approval.approve(books, act, task_id, is_administrator=is_administrator)
    _add_trusted(books, act, task.user_id)
    return task


def trust_person(books: Books, act: Act, user_id: int, *, is_administrator: bool = False) -> None:
    """A person's videos need approval only for what a rule holds. Raises `Refusal`, also for
    oneself, unless one administers the server."""
    if user_id == act.by and not is_administrator:
        raise Refusal("cannot_trust_yourself")
    _lock(books, act)
    _add_trusted(books, act, user_id)


def _add_trusted(books: Books, act: Act, user_id: int) -> None:
    trusted = {*books.settings(act.server_id).approval.trusted, user_id}
    if len(trusted) > MOST_TRUSTED:
        raise Refusal("too_many_trusted", most=MOST_TRUSTED)
    change(books, act, TRUSTED, sorted(trusted))


def distrust(books: Books, act: Act, user_id: int) -> None:
    """A person's videos need approval like everyone's. Raises `Refusal` for one not trusted."""
    _lock(books, act)
    trusted = set(books.settings(act.server_id).approval.trusted)
    if user_id not in trusted:
        raise Refusal("changed_since")
    change(books, act, TRUSTED, sorted(trusted - {user_id}) or None)


def undo(books: Books, act: Act, entry_id: str) -> AuditEntry:
    """Put back the value before a change. Raises `Refusal` if it changed again since."""
    entry = books.audit_entry(entry_id)
    if entry is None or entry.server_id != act.server_id or entry.action not in (CHANGED, UNDONE):
        raise Refusal("unknown_change")
    was = json.loads(entry.details)
    path, before, after = was["setting"], was["before"], was["after"]
    _lock(books, act)
    if books.settings_document(act.server_id).at(path) != after:
        raise Refusal("changed_since")
    keep(books, act, {path: before})
    return act.record(books, UNDONE, setting=path, before=after, after=before)


def path_of(entry: AuditEntry) -> str:
    """The path of the setting that an entry changed."""
    return str(json.loads(entry.details)["setting"])


def _lock(books: Books, act: Act) -> None:
    """Lock the scope that accepting videos also locks: each video sees all of a change or none."""
    books.lock([f"server:{act.server_id}"])


def keep(books: Books, act: Act, values: Mapping[str, Any]) -> None:
    """Store values by path, in one version; None removes one. Callers lock and record.

    Raises ValueError for an impossible value, and `Refusal` if another change came first.
    """
    if not values:
        return
    changed = before = books.settings_document(act.server_id)
    for path, value in values.items():
        changed = changed.changed(path, value)
    changed = replace(changed, version=before.version + 1)
    if not books.save_settings(act.server_id, changed, by=act.by, at=act.now):
        raise Refusal("changed_since")
    if channel.SETTING in values:
        channel.follow(books, act)
