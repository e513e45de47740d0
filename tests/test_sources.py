"""What the tests' own sources must not do."""

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parent


def imported(source: str) -> set[str]:
    """The full names of imported modules and of names taken from them."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{name.name}" for name in node.names}
    return found


def of_test_modules(source: str) -> list[str]:
    """What comes from a test module: a part of its name begins with `test_`."""
    names = (name for name in imported(source) if name.startswith("tests."))
    return [name for name in names if any(part.startswith("test_") for part in name.split("."))]


def test_nothing_is_imported_from_a_test_module() -> None:
    found = {path: of_test_modules(path.read_text("utf-8")) for path in TESTS.rglob("*.py")}
    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize(
    "source",
    [
        "import tests.cogs.test_films",
        "from tests.cogs import test_films",
        "def later():\n    from tests.cogs.test_films import FOX",
    ],
)
def test_an_import_from_a_test_module_is_found(source: str) -> None:
    assert of_test_modules(source)
