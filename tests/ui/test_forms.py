"""The one place that builds forms and reads them."""

import ast
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from bot.ui.forms import sent_fields

ROOT = Path(__file__).parents[2]
FORMS = "bot/ui/forms.py"
READ_THERE = {"components", "component"}  # keys of a sent form, as Discord names them


def sources() -> Iterator[tuple[str, ast.AST]]:
    for path in [*ROOT.glob("bot/ui/**/*.py"), *ROOT.glob("cogs/*.py"), ROOT / "bot/client.py"]:
        name = path.relative_to(ROOT).as_posix()
        if name != FORMS:
            yield name, ast.parse(path.read_text(encoding="utf-8"))


def test_no_other_module_builds_a_form_or_reads_one() -> None:
    """Code that builds one elsewhere forgets to stop it, and the library stores it forever."""
    found = [
        f"{name}:{node.lineno}"
        for name, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and (_builds(node) or _reads(node))
    ]

    assert found == []


def _builds(call: ast.Call) -> bool:
    func = call.func
    return getattr(func, "attr", getattr(func, "id", "")) in {"Modal", "TextInput"}


def _reads(call: ast.Call) -> bool:
    is_get = isinstance(call.func, ast.Attribute) and call.func.attr == "get"
    first = call.args[0] if call.args else None
    return is_get and isinstance(first, ast.Constant) and first.value in READ_THERE


def sent(*components: Any) -> Any:
    return SimpleNamespace(data={"components": list(components)})


def test_what_was_written_and_chosen_is_read_whichever_way_it_is_nested() -> None:
    written = {"type": 4, "custom_id": "prompt", "value": "a fox"}
    chosen = {"type": 3, "custom_id": "quality", "values": ["1080p", "720p"]}
    nothing = {"type": 5, "custom_id": "person", "values": []}

    assert sent_fields(
        sent(
            {"type": 18, "component": written},
            {"type": 1, "components": [chosen]},
            {"type": 18, "component": nothing},
        )
    ) == {"prompt": "a fox", "quality": "1080p", "person": ""}


def test_an_interaction_without_a_form_has_no_fields() -> None:
    assert sent_fields(SimpleNamespace(data=None)) == {}  # type: ignore[arg-type]
