"""Reads untrusted values: returns the value if it is usable and None if not; never raises.

`wire` and `faults` decide what a missing value means."""

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import quote

from msgspec import Struct

Json = Mapping[str, object]

NOTHING: Json = {}
_UNSTORABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")  # no database takes all
_ID = re.compile(r"(?!\.{1,2}\Z)[A-Za-z0-9._:-]{1,128}")
_SAFE_IN_LINKS = "!#$%&'()*+,/:;=?@[]~"
_LATEST = 253402300799  # the end of the year 9999, in Unix seconds


class Answer(Struct, frozen=True, kw_only=True):
    """An HTTP response as received; `headers` ignores the case of names."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    received_at: datetime

    @property
    def is_good(self) -> bool:
        """Whether the API accepted the request."""
        return 200 <= self.status < 300

    @property
    def fields(self) -> Json:
        """The JSON object in the body; empty if there is none."""
        return mapping(parse(self.body))


def parse(body: bytes) -> object:
    """The JSON value in `body`, or None if it is not JSON."""
    try:
        value: object = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value


def mapping(value: object) -> Json:
    """`value` if it is an object, otherwise an empty one."""
    return value if isinstance(value, dict) else NOTHING


def text(value: object, *, longest: int) -> str:
    """A string or whole number as text that every database can store; "" for anything else."""
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
    """A number in the range, rounded down to a whole one."""
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
    """An address as given: a signature may depend on its exact spelling, so only characters that no
    request can carry are escaped."""
    if not isinstance(value, str) or not value.startswith(("https://", "http://")):
        return None
    spelled = requestable(value)
    return spelled if len(spelled) <= longest else None


def requestable(address: str) -> str:
    """The address in the same spelling, with characters that no request can carry escaped."""
    return quote(address, safe=_SAFE_IN_LINKS, errors="ignore")


def task_id(value: object) -> str | None:
    """A task id of the API, safe in a path: 1 to 128 of [A-Za-z0-9._:-], not `.` or `..`."""
    return value if isinstance(value, str) and _ID.fullmatch(value) else None
