"""Reads a request's body: JSON, a form, or multipart with `payload_json` and `files[n]`.

https://docs.discord.com/developers/reference#uploading-files"""

import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

from aiohttp import BodyPartReader, ClientError, web
from aiohttp.http_exceptions import HttpProcessingError

from bot.playground.guild.errors import Reason, Refused
from bot.playground.guild.files import LARGEST, LIMITS, Upload
from bot.playground.guild.parsing import NotJson, parsed

FILE_FIELD = re.compile(r"files?\[([0-9]{1,4})\]")
JSON = "application/json"
OTHER_TYPE = {
    "_errors": [
        {
            "code": "CONTENT_TYPE_INVALID",
            "message": 'Expected "Content-Type" header to be one of '
            "{'application/json', 'application/x-www-form-urlencoded', 'multipart/form-data'}.",
        }
    ]
}
FORM = "application/x-www-form-urlencoded"
CHUNK = 1 << 16
# What aiohttp raises for an invalid boundary, an early end, broken gzip or base64.
UNREADABLE = (
    ValueError, LookupError, AssertionError, RuntimeError, EOFError, ConnectionError,
    ClientError, HttpProcessingError, zlib.error, web.RequestPayloadError,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Body:
    """What a request contained."""

    json: Any = None
    uploads: tuple[Upload, ...] = ()


async def read_body(request: web.Request, folder: Path) -> Body:
    """Raises `Refused`: 50109 for an unreadable body, 40005 above every size limit."""
    if not request.body_exists:
        return Body()
    try:
        if request.content_type.startswith("multipart/"):
            return await _multipart(request, folder)
        if request.content_type not in (JSON, FORM):
            raise Refused(Reason.INVALID_BODY, errors=OTHER_TYPE)
        raw = _unpacked(await request.read(), request.headers.get("Content-Encoding", "identity"))
        return Body(json=_form(raw) if request.content_type == FORM else parsed(raw))
    except web.HTTPRequestEntityTooLarge:
        raise Refused(Reason.TOO_LARGE) from None
    except UNREADABLE:
        raise Refused(Reason.BAD_JSON) from None


def _unpacked(raw: bytes, encoding: str) -> bytes:
    # Off: where aiohttp's own decompression fails, it ends the connection.
    if len(raw) > LARGEST:
        raise Refused(Reason.TOO_LARGE)
    if encoding.lower() not in ("gzip", "deflate"):
        return raw
    unpacking = zlib.decompressobj(zlib.MAX_WBITS | 32)
    unpacked = unpacking.decompress(raw, LARGEST)
    if unpacking.unconsumed_tail:
        raise Refused(Reason.TOO_LARGE)
    if not unpacking.eof:
        raise NotJson("cut off")
    return unpacked


async def _multipart(request: web.Request, folder: Path) -> Body:
    payload: Any = {}
    plain: list[tuple[str, str]] = []
    uploads: list[Upload] = []
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        named = FILE_FIELD.fullmatch(part.name or "")
        if part.name == "payload_json":
            payload = parsed(bytes(await part.read(decode=True)))
        elif named:
            uploads.append(await _stored(part, int(named[1]), folder))
        elif part.name and part.filename is None:
            plain.append((part.name, bytes(await part.read(decode=True)).decode()))
    if any(upload.size > max(LIMITS.values()) for upload in uploads):
        raise Refused(Reason.TOO_LARGE)
    return Body(json=payload or _fields(plain), uploads=tuple(uploads))


async def _stored(part: BodyPartReader, number: int, folder: Path) -> Upload:
    # Read everything, even above the limit: a client cut off while it writes sees a broken pipe
    # instead of the refusal.
    path, size = folder / f"{uuid4().hex}", 0
    with path.open("wb") as target:
        while chunk := await part.read_chunk(CHUNK):
            size += len(chunk)
            if size <= max(LIMITS.values()):
                target.write(chunk)
    return Upload(number=number, filename=part.filename or "file", size=size, path=path)


def _form(raw: bytes) -> Any:
    named = parse_qsl(raw.decode(), keep_blank_values=True, errors="strict")
    payload = dict(named).get("payload_json")
    return _fields(named) if payload is None else parsed(payload)


def _fields(named: list[tuple[str, str]]) -> dict[str, Any]:
    """A form's fields; forms contain only text, so numbers and booleans are parsed."""
    return {name: _typed(name, value) for name, value in named}


def _typed(name: str, value: str) -> Any:
    if name in ("tts", "enforce_nonce"):
        return {"true": True, "1": True, "false": False, "0": False}.get(value, value)
    if name in ("flags", "type") and re.fullmatch("[0-9]{1,19}", value):
        return int(value)
    return value
