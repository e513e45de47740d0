"""Reading what others wrote: the value where it is usable, None where it is not.

Nothing here raises; what an absent value means is decided by `wire` and `faults`."""

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import quote

from msgspec import Struct

Json = Mapping[str, object]

NOTHING: Json = {}
_UNSTORABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")  # no database takes all of these
_ID = re.compile(r"(?!\.{1,2}\Z)[A-Za-z0-9._:-]{1,128}")
_SAFE_IN_LINKS = "!#$%&'()*+,/:;=?@[]~"
_LATEST = 253402300799  # the end of the year 9999, seconds


class Answer(Struct, frozen=True, kw_only=True):
    """An HTTP response as it came; the names in `headers` are found in any case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    received_at: datetime

    @property
    def is_good(self) -> bool:
        """Whether the request was taken."""
        return 200 <= self.status < 300

    @property
    def fields(self) -> Json:
        """The JSON object in the body; empty when there is none."""
        return mapping(parse(self.body))


def parse(body: bytes) -> object:
    """The JSON value in `body`; None when it is not JSON."""
    try:
        value: object = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value


def mapping(value: object) -> Json:
    """`value` when it is an object, otherwise an empty one."""
    return value if isinstance(value, dict) else NOTHING


def text(value: object, *, longest: int) -> str:
    """A string or whole number as text that every database can store, "" for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    if isinstance(value, int) and abs(value) > _LATEST:
        return ""
    return _UNSTORABLE.sub("", str(value)).strip()[:longest]


def number(value: object) -> float | None:
    """A finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        read = float(value)
    except OverflowError:
        return None
    return read if math.isfinite(read) else None


def whole(value: object, *, lowest: int, highest: int) -> int | None:
    """A number in the range, cut down to a whole one."""
    read = number(value)
    return int(read) if read is not None and lowest <= read <= highest else None


def moment(value: object) -> datetime | None:
    """A time given in Unix seconds."""
    seconds = whole(value, lowest=0, highest=_LATEST)
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def instant(value: object) -> datetime | None:
    """A time given as ISO 8601 in UTC, with a `Z`."""
    if not isinstance(value, str) or not value.endswith("Z"):
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def link(value: object, *, longest: int) -> str | None:
    """An address as it was handed out: a signature may be over its very spelling, so only what no
    request can carry is escaped."""
    if not isinstance(value, str) or not value.startswith(("https://", "http://")):
        return None
    spelled = requestable(value)
    return spelled if len(spelled) <= longest else None


def requestable(address: str) -> str:
    """The same spelling, with what no request can carry escaped."""
    return quote(address, safe=_SAFE_IN_LINKS, errors="ignore")


def task_id(value: object) -> str | None:
    """An id of the video API, safe in a path: 1 to 128 of [A-Za-z0-9._:-], not `.` or `..`."""
    return value if isinstance(value, str) and _ID.fullmatch(value) else None
