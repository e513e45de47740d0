"""Strict readers for JSON values; their refusals name the field that broke a rule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


class Refused(Exception):
    """The API refuses a request.

    Answered as `{"error": {"code", "message", "type", "param"}}` with HTTP `status`, see
    https://docs.evolink.ai/en/api-manual/task-management/error-codes.
    """

    def __init__(self, status: int, code: str, message: str, kind: str, param: str | None = None):
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.kind = kind
        self.param = param


def refuse(message: str, param: str | None) -> Refused:
    """A refusal (400) about one field."""
    return Refused(400, "invalid_request", message, "invalid_request_error", param)


@dataclass(frozen=True)
class Fields:
    """One JSON object; every reader raises `Refused` with the full name of the field."""

    values: Mapping[str, object]
    prefix: str = ""

    def has(self, name: str) -> bool:
        return name in self.values

    def named(self, name: str) -> str:
        return self.prefix + name

    def text(self, name: str, *, longest: int | None = None) -> str | None:
        """A string of at most `longest` characters, or None if absent."""
        value = self.values.get(name)
        if not self.has(name):
            return None
        if not isinstance(value, str):
            raise refuse(f"{self.named(name)} must be a string", self.named(name))
        if longest is not None and len(value) > longest:
            problem = f"{self.named(name)} must have at most {longest} characters"
            raise refuse(problem, self.named(name))
        # Like JSON decoders in other languages: half a surrogate pair becomes U+FFFD.
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

    def choice(self, name: str, choices: tuple[str, ...], *, default: str) -> str:
        value = self.values.get(name, default)
        if not isinstance(value, str) or value not in choices:
            problem = f"{self.named(name)} must be one of {', '.join(choices)}"
            raise refuse(problem, self.named(name))
        return value

    def boolean(self, name: str, *, default: bool) -> bool:
        value = self.values.get(name, default)
        if not isinstance(value, bool):
            raise refuse(f"{self.named(name)} must be a boolean", self.named(name))
        return value

    def integer(self, name: str, *, default: int, among: Sequence[int]) -> int:
        value = self.values.get(name, default)
        if isinstance(value, float) and value.is_integer():
            value = int(value)  # JSON Schema: 5.0 is an integer
        if isinstance(value, bool) or not isinstance(value, int):
            raise refuse(f"{self.named(name)} must be an integer", self.named(name))
        if value not in among:
            problem = f"{self.named(name)} must be one of {', '.join(map(str, among))}"
            raise refuse(problem, self.named(name))
        return value

    def inner(self, name: str) -> "Fields":
        """The object under `name`; empty if absent."""
        value = self.values.get(name, {})
        if not isinstance(value, Mapping):
            raise refuse(f"{self.named(name)} must be an object", self.named(name))
        return Fields(value, f"{self.named(name)}.")

    def items(self, name: str, *, fewest: int, most: int) -> "list[Fields]":
        """The objects in the list under `name`."""
        value = self.values.get(name)
        if not isinstance(value, list) or not fewest <= len(value) <= most:
            problem = f"{self.named(name)} must be a list of {fewest} to {most} objects"
            raise refuse(problem, self.named(name))
        return [self._item(name, place, item) for place, item in enumerate(value)]

    def _item(self, name: str, place: int, item: object) -> "Fields":
        path = f"{self.named(name)}[{place}]"
        if not isinstance(item, Mapping):
            raise refuse(f"{path} must be an object", path)
        return Fields(item, f"{path}.")
