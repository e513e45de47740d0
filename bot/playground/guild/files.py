"""Uploaded files, and the signed addresses that serve them.

As on Discord, an address expires after a day; reading the message again signs a new one."""

import hashlib
import mimetypes
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.clock import Clock
from bot.playground.guild.messages import Attachment

MIB = 1024 * 1024
LIMITS = {0: 10 * MIB, 1: 10 * MIB, 2: 50 * MIB, 3: 100 * MIB}
LARGEST = 25 * MIB  # bytes per request, unless larger files are allowed
LIFE = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A file of a multipart request; `path` holds its bytes."""

    number: int
    filename: str
    size: int
    path: Path


class Files:
    """Keeps uploads in a folder, and finds the file for an address."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: dict[int, Attachment] = {}

    def open(self, folder: Path, base_url: str) -> None:
        """Keep files in `folder` from now on and serve them under `base_url`."""
        self.folder, self._base_url = folder, base_url

    def keep(self, upload: Upload, id: int, channel_id: int, description: str | None) -> Attachment:
        """Turn an uploaded file into an attachment with an address."""
        name = re.sub(r"[^\w.\-]", "_", upload.filename)[-100:] or "file"
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        self._kept[id] = Attachment(
            id=id,
            filename=name,
            size=upload.size,
            content_type=kind,
            url=self._signed(channel_id, id, name),
            path=upload.path,
            description=description,
        )
        return self._kept[id]

    def fresh(self, attachment: Attachment, channel_id: int) -> Attachment:
        """The attachment with a new address, which works from now on."""
        url = self._signed(channel_id, attachment.id, attachment.filename)
        return replace(attachment, url=url)

    def opened(self, id: str, expires: str, signature: str) -> Attachment | None:
        """The attachment behind an address, or None for a wrong or expired one."""
        found = self._kept.get(int(id)) if re.fullmatch("[0-9]{1,20}", id) else None
        if found is None or not re.fullmatch("[0-9a-f]{1,16}", expires):
            return None
        if signature != _signature(found.id, expires):
            return None
        return found if int(expires, 16) > self._clock.now().timestamp() else None

    def _signed(self, channel_id: int, id: int, name: str) -> str:
        now = self._clock.now().astimezone(UTC)
        expires = f"{int((now + LIFE).timestamp()):x}"
        query = f"ex={expires}&is={_seconds(now)}&hm={_signature(id, expires)}"
        return f"{self._base_url}/attachments/{channel_id}/{id}/{name}?{query}"


def _seconds(at: datetime) -> str:
    return f"{int(at.timestamp()):x}"


def _signature(id: int, expires: str) -> str:
    return hashlib.sha256(f"local:{id}:{expires}".encode()).hexdigest()
