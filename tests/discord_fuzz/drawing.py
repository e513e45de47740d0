"""Draws values from a schema: valid, wrong in one place, or wrong altogether."""

import copy
import json
from random import Random
from typing import Any

from tests.discord_fuzz.document import Document, Schema

DEEPEST = 6
NUMBERS = (0, 1, -1, 2, 3, 25, 64, 2**31, 2**53, 2**63, 2**64, 10**30, 0.5, -0.0)
TEXTS = (
    "", " ", "x", "hello", "x" * 101, "x" * 2001, "\0", "\u202e", "\ud800", "🦊", "हिन्दी", "ไทย",
    "@everyone", "<@1>", "<@&1>", "attachment://a.txt", "https://example.org/a.png", "null", "1",
    "-1", "true", "2026-11-29T00:00:00+00:00", "../../etc", "%00", "9" * 400,
)  # fmt: skip
STRANGE: tuple[Any, ...] = (
    None, True, False, [], {}, [[]], [None], {"": None}, [1, "x", {}], {"id": []}, *NUMBERS, *TEXTS,
)  # fmt: skip
HOSTILE: tuple[bytes, ...] = (
    b"[" * 100_000 + b"]" * 100_000,
    b'{"a":' * 900 + b"1" + b"}" * 900,
    b'{"flags": 1e999}', b'{"flags": -1e999}', b'{"content": "x", "nonce": NaN}', b"Infinity",
    b'{"flags": ' + b"9" * 5000 + b"}", b"{", b"\xff\xfe", b'"\\ud800"',
    b"null", b"true", b"1", b'""', b"\0", b'{"content": "x"', b"[" * 50 + b"]" * 50,
)  # fmt: skip


class Drawing:
    """Draws values; the same chance draws the same ones. `ids` are those that exist."""

    def __init__(self, chance: Random, document: Document, ids: list[str]) -> None:
        self.chance = chance
        self.document = document
        self.ids = ids

    def fitting(self, schema: Schema, depth: int = 0) -> Any:
        """A value as the schema wants it, as far as it says."""
        schema = self.document.resolved(schema)
        for key in ("oneOf", "anyOf"):
            if key in schema:
                return self.fitting(self.chance.choice(schema[key]), depth)
        if "allOf" in schema:
            drawn = [self.fitting(one, depth) for one in schema["allOf"]]
            merged: dict[str, Any] = {}
            for one in drawn:
                merged |= one if isinstance(one, dict) else {}
            return merged or drawn[0]
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self.chance.choice(schema["enum"])
        return self._typed(schema, depth)

    def soiled(self, value: Any) -> Any:
        """The value with something strange in one place."""
        soiled = copy.deepcopy(value)
        places = list(_places(soiled))
        if not places:
            return self.chance.choice(STRANGE)
        holder, key = self.chance.choice(places)
        if isinstance(holder, dict) and self.chance.random() < 0.2:
            del holder[key]
        else:
            holder[key] = self.chance.choice(STRANGE)
        return soiled

    def snowflake(self) -> str:
        """Mostly one that exists."""
        if self.chance.random() < 0.85:
            return self.chance.choice(self.ids)
        return str(self.chance.choice((0, 1, 2**63, 10**18)))

    def hostile(self) -> tuple[bytes, dict[str, str]]:
        """A body that is none, and its headers."""
        raw = self.chance.choice(HOSTILE)
        match self.chance.randrange(5):
            case 0:
                return raw, {"Content-Type": "application/json", "Content-Encoding": "gzip"}
            case 1:
                return self._multipart(raw)
            case 2:
                return raw[:2000], {"Content-Type": "application/x-www-form-urlencoded"}
            case 3:
                kind = self.chance.choice(
                    ("text/plain", "multipart/form-data", "x", "application/xml")
                )
                return raw, {"Content-Type": kind}
            case _:
                return raw, {"Content-Type": "application/json"}

    def with_files(self, value: Any) -> tuple[bytes, dict[str, str]]:
        """The value as `payload_json` with a file or two."""
        parts = [_part('name="payload_json"', json.dumps(value).encode())]
        for number in range(self.chance.randrange(1, 3)):
            named = f'name="files[{number}]"; filename="a{number}.txt"'
            parts.append(_part(named, b"content"))
        return b"".join(parts) + b"--cut--\r\n", {
            "Content-Type": "multipart/form-data; boundary=cut"
        }

    def _multipart(self, raw: bytes) -> tuple[bytes, dict[str, str]]:
        name = self.chance.choice(
            ("payload_json", "files[0]", f"files[{'9' * 5000}]", "\0", "", "files[")
        )
        whole = (
            _part(f'name="{name}"; filename="{self.chance.choice(TEXTS)}"', raw) + b"--cut--\r\n"
        )
        whole = whole[: self.chance.randrange(len(whole))] if self.chance.random() < 0.5 else whole
        kind = self.chance.choice(("; boundary=cut", "", "; boundary=", "; boundary=" + "x" * 90))
        return whole, {"Content-Type": f"multipart/form-data{kind}"}

    def _typed(self, schema: Schema, depth: int) -> Any:
        kind = schema.get("type", "object" if "properties" in schema else "null")
        if isinstance(kind, list):
            kind = self.chance.choice(kind)
        match kind:
            case "object":
                return self._object(schema, depth)
            case "array":
                return self._array(schema, depth)
            case "string":
                return self._text(schema)
            case "integer":
                return self._number(schema)
            case "number":
                return self.chance.choice((0.5, self._number(schema)))
            case "boolean":
                return self.chance.random() < 0.5
        return None

    def _object(self, schema: Schema, depth: int) -> dict[str, Any]:
        required = schema.get("required", ())
        some = 0.25 if depth < DEEPEST else 0.0
        drawn = {
            name: self.fitting(one, depth + 1)
            for name, one in schema.get("properties", {}).items()
            if name in required or self.chance.random() < some
        }
        more = schema.get("additionalProperties")
        if isinstance(more, dict) and depth < DEEPEST:
            drawn["en-US"] = self.fitting(more, depth + 1)
        return drawn

    def _array(self, schema: Schema, depth: int) -> list[Any]:
        least = schema.get("minItems", 0)
        most = min(schema.get("maxItems", 3), least + (2 if depth < DEEPEST else 0))
        return [
            self.fitting(schema.get("items", {}), depth + 1)
            for _ in range(self.chance.randint(least, max(least, most)))
        ]

    def _text(self, schema: Schema) -> str:
        match schema.get("format"):
            case "snowflake":
                return self.snowflake()
            case "date-time":
                return "2026-11-29T00:00:00+00:00"
            case "uri":
                return self.chance.choice(("https://example.org/a.png", "attachment://a0.txt"))
        text = self.chance.choice(("a", "hello", "video", "go"))
        return text.ljust(schema.get("minLength", 0), "x")[: schema.get("maxLength", 100)]

    def _number(self, schema: Schema) -> int:
        least = int(schema.get("minimum", 0))
        return self.chance.randint(least, min(int(schema.get("maximum", least + 100)), least + 100))


def _places(value: Any) -> Any:
    keys = (
        list(value)
        if isinstance(value, dict)
        else range(len(value))
        if isinstance(value, list)
        else ()
    )
    for key in keys:
        yield value, key
        yield from _places(value[key])


def _part(headers: str, content: bytes) -> bytes:
    told = f"--cut\r\nContent-Disposition: form-data; {headers}\r\n\r\n"
    return told.encode("utf-8", "surrogatepass") + content + b"\r\n"
