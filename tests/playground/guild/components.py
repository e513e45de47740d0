"""Components as bots send them, and the errors Discord gives for them."""

from typing import Any

TEXT = {"type": 10, "content": "x"}


def button(**more: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "Go", "custom_id": "go", **more}


def row(*inside: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(inside)}


def select(**more: Any) -> dict[str, Any]:
    options = [{"label": "A", "value": "a"}]
    return {"type": 3, "custom_id": "s", "options": options, **more}


def box(*inside: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": 17, "components": list(inside), **more}


def gallery(*urls: str, **more: Any) -> dict[str, Any]:
    return {"type": 12, "items": [{"media": {"url": url}, **more} for url in urls]}


def field_errors(errors: dict[str, Any] | None, path: str) -> str:
    """The codes at the end of a path such as components.0.type."""
    node: Any = errors
    for step in path.split(".") if path else ():
        node = node[step]
    return ",".join(sorted({one["code"] for one in node["_errors"]}))
