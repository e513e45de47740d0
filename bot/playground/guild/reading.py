"""Reading a request's body: JSON, or multipart with `payload_json` and `files[n]`."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from aiohttp import BodyPartReader, web

from bot.playground.guild.errors import Reason, Refused
from bot.playground.guild.files import LIMITS, Upload

FILE_FIELD = re.compile(r"^files?\[(\d+)\]$")
CHUNK = 1 << 16


@dataclass(frozen=True, kw_only=True)
class Body:
    """What a request carried."""

    json: Any = None
    uploads: tuple[Upload, ...] = ()


async def read_body(request: web.Request, folder: Path) -> Body:
    """Raises `Refused` with 50109 for a body that is no JSON, 40005 for one above every limit."""
    if not request.body_exists:
        return Body()
    if request.content_type.startswith("multipart/"):
        return await _multipart(request, folder)
    return Body(json=_parsed(await request.read()))


async def _multipart(request: web.Request, folder: Path) -> Body:
    payload: Any = {}
    uploads: list[Upload] = []
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        named = FILE_FIELD.match(part.name or "")
        if part.name == "payload_json":
            payload = _parsed(bytes(await part.read(decode=True)))
        elif named:
            uploads.append(await _stored(part, int(named[1]), folder))
    if any(upload.size > max(LIMITS.values()) for upload in uploads):
        raise Refused(Reason.TOO_LARGE)
    return Body(json=payload, uploads=tuple(uploads))


async def _stored(part: BodyPartReader, number: int, folder: Path) -> Upload:
    # Everything is read even above the limit: a client that is cut off while it still writes
    # sees a broken pipe instead of the refusal.
    path, size = folder / f"{uuid4().hex}", 0
    with path.open("wb") as target:
        while chunk := await part.read_chunk(CHUNK):
            size += len(chunk)
            if size <= max(LIMITS.values()):
                target.write(chunk)
    return Upload(number=number, filename=part.filename or "file", size=size, path=path)


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw) if raw else None
    except ValueError:
        raise Refused(Reason.BAD_JSON) from None
