"""Turns a variable's text into its value; a reader returns it or says what it expects.

`bot.config` lists the variables, `bot.environment` finds the texts. A `ValueError` never contains
the text, which may be a secret in the wrong place."""

import ipaddress
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Literal, TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")
Reader = Callable[[str], T]


class Secret:
    """A text that shows only when asked for by name. Not a Struct: those print and serialise
    their fields."""

    def __init__(self, value: str) -> None:
        self._value = value

    def get_secret_value(self) -> str:
        """The text itself."""
        return self._value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return "Secret('**********')"


def secret(text: str) -> Secret:
    """A token or a key."""
    if not (text.isascii() and text.isprintable() and " " not in text):
        raise ValueError("must be one line of plain characters without spaces")
    return Secret(text)


def whole(least: int, most: int | None = None) -> Reader[int]:
    """A whole number within the bounds."""

    def read(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            raise ValueError("must be a whole number") from None
        return _bounded(value, least, most)

    return read


def number(least: float, most: float | None = None) -> Reader[float]:
    """A finite number within the bounds."""

    def read(text: str) -> float:
        return _bounded(_finite(text), least, most)

    return read


def positive(most: float | None = None) -> Reader[float]:
    """A finite number above zero."""

    def read(text: str) -> float:
        value = _finite(text)
        if value <= 0:
            raise ValueError("must be more than 0")
        return _bounded(value, 0, most)

    return read


def _finite(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError("must be a number")
    return value


N = TypeVar("N", int, float)


def _bounded(value: N, least: N, most: N | None) -> N:
    if value < least:
        raise ValueError(f"must be at least {least:g}")
    if most is not None and value > most:
        raise ValueError(f"must be at most {most:g}")
    return value


def words(most: int) -> Reader[str]:
    """One line of text with at most this many characters."""

    def read(text: str) -> str:
        if len(text) > most or not text.isprintable():
            raise ValueError(f"must be one line of at most {most} characters")
        return text

    return read


snowflake = whole(1, 2**63 - 1)


def unlimited(read: Reader[T]) -> Reader[T | None]:
    """The value from `read`, or None for `unlimited`."""

    def read_or_not(text: str) -> T | None:
        if text.lower() == "unlimited":
            return None
        try:
            return read(text)
        except ValueError as error:
            raise ValueError(f"{error}, or unlimited") from None

    return read_or_not


def one_of(*words: T) -> Reader[T]:
    """One of the words, in any case."""

    def read(text: str) -> T:
        for word in words:
            if text.lower() == str(word).lower():
                return word
        *others, last = map(repr, words)
        raise ValueError(f"must be {', '.join(others)} or {last}")

    return read


def file(text: str) -> Path:
    """An existing file."""
    if not Path(text).is_file():
        raise ValueError("must name a file that exists")
    return Path(text)


def admitted(text: str) -> Literal["owners", "all"] | frozenset[int]:
    """Server ids, `owners` or `all`."""
    words = text.replace(",", " ").split()
    if words in (["all"], ["owners"]):
        return "all" if words == ["all"] else "owners"
    if not all(word.isascii() and word.isdecimal() and 0 < int(word) < 2**63 for word in words):
        raise ValueError("must be `all`, or server ids (digits only) with commas between them")
    return frozenset(map(int, words))


def database(text: str) -> Secret:
    """A database address, which may hold a password."""
    text = text.replace("postgres://", "postgresql://", 1)
    if text.removeprefix("sqlite:///") not in ("", text):
        return Secret(text)
    if not text.startswith("postgresql://"):
        raise ValueError("must be sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME")
    if not _has_whole_password(text):
        raise ValueError(
            "must be postgresql://USER:PASSWORD@HOST/NAME: write @ in a password as %40, / as %2F, "
            "? as %3F, # as %23"
        )
    return Secret(text)


def bucket(text: str) -> str:
    """A bucket in object storage, and perhaps a folder in it; credentials are not part of it."""
    parts = urlsplit(text)
    if parts.scheme not in ("s3", "gs", "az") or not re.fullmatch(r"[\w.-]+", parts.netloc):
        raise ValueError("must be s3://BUCKET or s3://BUCKET/FOLDER (also gs:// and az://)")
    if parts.query or parts.fragment:
        raise ValueError("must end after the folder: credentials have variables of their own")
    return text


def _has_whole_password(text: str) -> bool:
    """Whether all parsers find the same end of the password in an address.

    If not, a piece of it would pass for the host or the name, and be shown.
    """
    try:
        parts = urlsplit(text)
        return parts.port != 0 and text.count("@") == parts.netloc.count("@") <= 1
    except ValueError:
        return False  # it cannot be parsed


def address(scheme: str, plain_for: Callable[[str], bool], expected: str) -> Reader[str]:
    """An address with `scheme` (https, wss); `plain_for` says which hosts need no encryption."""

    def read(text: str) -> str:
        try:
            parts = urlsplit(text)
            host, _ = parts.hostname or "", parts.port
        except ValueError:
            raise ValueError(expected) from None
        safe = parts.scheme == scheme or (parts.scheme == scheme[:-1] and plain_for(host))
        if not (safe and host and text.isascii() and text.isprintable()) or " " in text:
            raise ValueError(expected)
        if parts.username or parts.query or parts.fragment:
            raise ValueError(expected)
        return text.rstrip("/")

    return read


def at_most(length: int, read: Reader[str]) -> Reader[str]:
    """The value from `read`, at most `length` characters long."""

    def read_short(text: str) -> str:
        if len(value := read(text)) > length:
            raise ValueError(f"must have at most {length} characters")
        return value

    return read_short


def is_this_machine(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_private_network(host: str) -> bool:
    """Whether a host is in a private network."""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host


def is_public(host: str) -> bool:
    """Whether a host is on the open internet, as far as its name tells."""
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        *others, last = host.rstrip(".").split(".")
        # No top-level domain begins with a digit; 127.1 and 0x7f.1 are IPv4 addresses.
        return bool(others) and last != "localhost" and not last[:1].isdigit()
