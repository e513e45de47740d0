"""The log: one line per event for people, or one JSON object for machines; never a secret.

Messages are English sentences; `extra={"task": ..., "server": ..., "action": ...}` adds fields."""

import json
import logging
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Literal, TextIO
from urllib.parse import unquote, urlsplit

from bot.log_writer import LogWriter

FIELDS = ("task", "server", "user", "action", "state", "credits", "seconds")
AMOUNTS = ("credits", "seconds")
HIDDEN = "[hidden]"

# What these libraries log in a healthy start interests their developers, not an operator.
_LIBRARIES = ("discord", "aiohttp", "alembic", "sqlalchemy", "asyncio", "PIL", "libav")

# These come with a traceback at each retry while Discord is down (discord.py 2.7.1).
_RETRIES = ("Attempting a reconnect", "Failed to connect for", "An error occurred while stopping")
_RETRYING = ("discord.shard", "discord.client", "discord.gateway")
_CAUSE_LIMIT = 200  # characters; some errors quote a whole page
_RETRY_SECONDS = 60.0  # between two such lines, however many shards there are

# A connection that breaks in use, which the program reports as an outage.
_BROKEN = "Exception during reset or similar"

_SECRET_SHAPES = re.compile(
    r"""(?x)
      (?P<before> /webhooks/\d+/                    # an interaction's token rules its message
                | /interactions/\d+/
                | /callbacks/
                | /films/
                | \bBearer\s+(?=\S{8}) | \bBot\s+(?=\S{16})
                | ://[^\s/:@]*:(?=[^\s/@]+@)        # the password in an address
                | ["'](?:token|access_token)["']:\s*["']
      )
      (?P<secret> [^\s/"'?@,)>]+ )
    """
)


class Redaction:
    """Hides known secrets in a log, and whatever looks like one."""

    def __init__(self, secrets: Iterable[str]) -> None:
        forms = {form for secret in secrets for form in _forms(secret) if len(form) >= 4}
        longest_first = sorted(forms, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    def __call__(self, text: str) -> str:
        return _SECRET_SHAPES.sub(rf"\g<before>{HIDDEN}", self._known.sub(HIDDEN, text))


def _forms(secret: str) -> Iterator[str]:
    """A secret as it is; for an address also its password, quoted and plain."""
    if "://" not in secret:
        yield secret
    elif password := urlsplit(secret).password:
        yield password
        yield unquote(password)


class _Formatter(logging.Formatter):
    def __init__(self, redact: Redaction) -> None:
        super().__init__()
        self._redact = redact

    def message(self, record: logging.LogRecord) -> str:
        """The message on one line, so that users' text cannot forge an entry."""
        return self._redact(record.getMessage()).replace("\r", "\\r").replace("\n", "\\n")

    def fields(self, record: logging.LogRecord) -> dict[str, str | float]:
        found = {name: getattr(record, name, None) for name in FIELDS}
        return {name: self._field(name, each) for name, each in found.items() if each is not None}

    def _field(self, name: str, value: object) -> str | float:
        """The fields; ids are strings, because JSON readers round large numbers."""
        if name in AMOUNTS and isinstance(value, int | float):
            return value
        return self._redact(str(value))

    def trace(self, record: logging.LogRecord) -> str:
        parts = [self.formatException(record.exc_info)] if record.exc_info else []
        parts += [self.formatStack(record.stack_info)] if record.stack_info else []
        return self._redact("\n".join(parts))


class TextFormatter(_Formatter):
    """`2026-11-23 10:00:00Z INFO bot.client: Ready as video, in 1 server action=ready`;
    a traceback follows below."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC)
        line = f"{at:%Y-%m-%d %H:%M:%SZ} {record.levelname} {record.name}: {self.message(record)}"
        line += "".join(f" {name}={value}" for name, value in self.fields(record).items())
        return "\n".join(filter(None, [line, self.trace(record)]))


class JsonFormatter(_Formatter):
    """One JSON object per line: `at`, `level`, `logger`, `message`, the fields, `trace`."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": self.message(record),
            **self.fields(record),
        }
        if trace := self.trace(record):
            entry["trace"] = trace
        return json.dumps(entry, ensure_ascii=False)


class _Retries:
    """Makes a lost connection a one-line warning with its cause, once a minute."""

    def __init__(self) -> None:
        self._told_at: dict[str, float] = {}  # when, by the words that it begins with

    def __call__(self, record: logging.LogRecord) -> bool:
        cause = record.exc_info[1] if record.exc_info else None
        is_theirs = record.name in _RETRYING and cause is not None and _is_of_the_network(cause)
        kind = next(filter(str(record.msg).startswith, _RETRIES), None) if is_theirs else None
        if kind is None:
            return not (record.name.startswith("sqlalchemy.pool") and record.msg == _BROKEN)
        if abs(record.created - self._told_at.get(kind, 0.0)) < _RETRY_SECONDS:
            return False  # a clock that was set back silences nothing
        self._told_at[kind] = record.created
        text = " ".join(f"{type(cause).__name__}: {cause}".split())[:_CAUSE_LIMIT].rstrip(": ")
        record.msg, record.args = f"{record.getMessage()} ({text})", ()
        record.exc_info = record.exc_text = None
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True


def _is_of_the_network(error: BaseException) -> bool:
    package = type(error).__module__.partition(".")[0]
    return isinstance(error, OSError) or package in ("aiohttp", "discord")


@contextmanager
def logging_to(
    stream: TextIO | None = None,
    *,
    level: str = "INFO",
    style: Literal["text", "json"] = "text",
    sql: bool = False,
    secrets: Iterable[str] = (),
) -> Iterator[None]:
    """Log to `stream` (default: standard error) until the block ends, then as before.

    Logging never waits for a slow reader."""
    root = logging.getLogger()
    before = root.level, root.handlers[:]
    libraries = [(logging.getLogger(name), logging.getLogger(name).level) for name in _LIBRARIES]
    redact = Redaction(secrets)
    handler = LogWriter(stream or sys.stderr)
    handler.setFormatter(JsonFormatter(redact) if style == "json" else TextFormatter(redact))
    handler.addFilter(_Retries())
    root.handlers[:] = [handler]
    root.setLevel(level)
    for library, _ in libraries:
        # Their DEBUG level logs whole payloads: prompts, and interaction tokens.
        library.setLevel("INFO" if level == "DEBUG" else "WARNING")
    # At INFO, this logger logs each statement; parameters stay hidden.
    logging.getLogger("sqlalchemy").setLevel("INFO" if sql else "WARNING")
    logging.captureWarnings(True)
    try:
        yield
    finally:
        logging.captureWarnings(False)
        for library, its_level in libraries:
            library.setLevel(its_level)
        root.setLevel(before[0])
        root.handlers[:] = before[1]
        handler.close()
