"""Discord's document as routes to walk, and the answers it allows."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft202012, Draft202012Validator, Registry, ValidationError

HERE = "urn:discord"
METHODS = ("get", "post", "put", "patch", "delete")
Schema = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Operation:
    """A method and a route. `pointer` leads to it in the document."""

    method: str
    template: str
    pointer: str
    described: Schema
    parameters: tuple[Schema, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.method.upper()} {self.template}"

    @property
    def body(self) -> Schema | None:
        """The schema of its JSON."""
        content = self.described.get("requestBody", {}).get("content", {})
        found = next(iter(content.values()), {})
        schema: Schema | None = content.get("application/json", found).get("schema")
        return schema

    def queries(self) -> Iterator[Schema]:
        """Parameters after the question mark."""
        yield from (one for one in self.parameters if one["in"] == "query")


@dataclass(kw_only=True)
class Document:
    """The document; validators are made once each."""

    whole: Schema
    registry: Registry
    validators: dict[str, Draft202012Validator] = field(default_factory=dict)

    @staticmethod
    def read(path: Path) -> "Document":
        whole = json.loads(path.read_text())
        # It says integer for the codes inside, where Discord's reference and service have words
        # such as BASE_TYPE_REQUIRED.
        whole["components"]["schemas"]["ErrorDetails"] = {"type": "object"}
        return Document(whole=whole, registry=Registry([(HERE, whole)], draft=Draft202012))

    def operations(self) -> list[Operation]:
        """Every method of every route, in the document's order."""
        return [
            Operation(
                method=method,
                template=template,
                pointer=f"/paths/{_escaped(template)}/{method}",
                described=route[method],
                parameters=(*route.get("parameters", ()), *route[method].get("parameters", ())),
            )
            for template, route in self.whole["paths"].items()
            for method in METHODS
            if method in route
        ]

    def resolved(self, schema: Schema) -> Schema:
        """What a reference means."""
        while "$ref" in schema:
            found: Any = self.whole
            for step in schema["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            schema = found
        return schema

    def problem(self, operation: Operation, status: int, shape: Any) -> str | None:
        """What is wrong with the shape of an answer, if anything."""
        responses = operation.described["responses"]
        key = str(status) if str(status) in responses else f"{str(status)[0]}XX"
        if key not in responses:
            return f"answers {status}, which the document does not have"
        content = self.resolved(responses[key]).get("content")
        if content is None:
            return None if shape is None else f"{status} carries a body"
        if shape is None:
            return f"{status} carries no body"
        error = next(self._validator(operation, key).iter_errors(shape), None)
        return None if error is None else _said(error)

    def _validator(self, operation: Operation, key: str) -> Draft202012Validator:
        pointer = f"{operation.pointer}/responses/{key}"
        if reference := operation.described["responses"][key].get("$ref"):
            pointer = reference.removeprefix("#")
        if pointer not in self.validators:
            schema = {"$ref": f"{HERE}#{pointer}/content/application~1json/schema"}
            self.validators[pointer] = Draft202012Validator(schema, registry=self.registry)
        return self.validators[pointer]


def _said(error: ValidationError) -> str:
    """The innermost reason, if several shapes were possible."""
    while inner := [one for branch in getattr(error.kind, "context", ()) for one in branch]:
        error = max(inner, key=lambda one: len(one.instance_path))
    return f"{'/'.join(str(one) for one in error.instance_path)}: {error.message[:160]}"


def _escaped(template: str) -> str:
    escaped = template.replace("~", "~0").replace("/", "~1")
    return escaped.replace("{", "%7B").replace("}", "%7D")
