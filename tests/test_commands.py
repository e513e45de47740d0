"""The commands themselves: all loaded, all worded by a catalogue, all documented."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from discord import app_commands

from tests.cogs.harness import Harness, discord, harness  # noqa: F401 (fixtures)

# ruff: noqa: F811 (fixtures are asked for by the names under which they are imported)

ROOT = Path(__file__).parents[1]
COMMAND = re.compile(r"^\| `/([a-z ]+)` \|", re.MULTILINE)
LETTERS = re.compile(r"[^\W\d_]{2}")
SPOKEN = {  # the arguments in which people read words, by what is called
    "tell": (1, "text"),
    "line": (0, "text"),
    "text": (0, None),
    "small": (0, None),
    "Section": (0, None),
    "Button": (None, "label"),
    "VerbButton": (None, "label"),
    "Select": (None, "placeholder"),
    "ChannelSelect": (None, "placeholder"),
    "RoleSelect": (None, "placeholder"),
    "UserSelect": (None, "placeholder"),
    "Modal": (None, "title"),
    "TextDisplay": (0, "content"),
    "TextInput": (None, "label"),
    "Label": (None, "text"),
    "SelectOption": (None, "label"),
    "Choice": (None, "name"),
    "send_message": (0, "content"),
    "send": (0, "content"),
    "edit": (None, "content"),
    "edit_message": (None, "content"),
    "edit_original_response": (None, "content"),
    "describe": (None, "description"),
}

SENTENCE = re.compile(r"[^\W\d_]{2,}[,.:;!?]? +[^\W\d_]|\A[A-Z][a-z]{2,}\b")
NOT_FOR_PEOPLE = {"videos inbox", "public film", "standing film", "Retry-After"}
# What is below the services: the database, a transaction, what runs in one.
BELOW = {"store", "tx", "books", ".act", ".moderate", "bot.db", "bot.video.ports.books.Books"}


def words(sent: dict[str, Any]) -> Iterator[tuple[str, object]]:
    """What people read of a command as Discord was told it, and its translations."""
    if sent.get("type", 1) == 1 or "value" not in sent:
        yield sent.get("description", ""), sent.get("description_localizations")
    if "value" in sent or sent.get("description", "") == "":
        yield sent["name"], sent.get("name_localizations")
    for inner in [*sent.get("options", []), *sent.get("choices", [])]:
        yield from words(inner)


async def test_every_cog_in_the_folder_of_cogs_is_loaded(harness: Harness) -> None:
    written = {
        f"{path.relative_to(ROOT).with_suffix('').as_posix().replace('/', '.')}.{node.name}"
        for path in (ROOT / "cogs").rglob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef) and any("Cog" in ast.unparse(base) for base in node.bases)
    }
    loaded = {type(cog) for cog in harness.bot.cogs.values()}

    assert {f"{each.__module__}.{each.__name__}" for each in loaded} == written


async def test_all_that_people_read_of_a_command_is_in_the_catalogues(harness: Harness) -> None:
    offered = harness.discord.state.commands.offered(None)
    read = [each for command in offered for each in words(command) if LETTERS.search(each[0])]

    assert len(read) > 100
    assert [text for text, translations in read if not translations] == []


async def test_the_documents_name_the_commands_that_people_are_offered(harness: Harness) -> None:
    offered = {
        command.qualified_name
        for command in harness.bot.tree.walk_commands()
        if isinstance(command, app_commands.Command)
    }
    documented = COMMAND.findall((ROOT / "docs" / "commands.md").read_text(encoding="utf-8"))

    assert sorted(documented) == sorted(offered)


@pytest.mark.parametrize("folder", ["cogs", "bot/ui"])
def test_nothing_is_said_in_words_that_are_in_no_catalogue(folder: str) -> None:
    written = [
        f"{path.relative_to(ROOT)}:{found.lineno}"
        for path in (ROOT / folder).rglob("*.py")
        for found in _written(ast.parse(path.read_text(encoding="utf-8")))
    ]

    assert written == []


@pytest.mark.parametrize("folder", ["cogs", "bot/ui"])
def test_no_sentence_stands_in_the_sources_of_what_people_see(folder: str) -> None:
    """Also text that reaches people in a way nobody has listed."""
    found = [
        f"{path.relative_to(ROOT)}:{text.lineno} {text.value}"
        for path in (ROOT / folder).rglob("*.py")
        # What is said in each language, without a catalogue; and names of commands.
        if path.name not in ("languages.py", "ways.py", "typed_again.py")
        for text in _sentences(ast.parse(path.read_text(encoding="utf-8")))
        if text.value not in NOT_FOR_PEOPLE
    ]

    assert found == []


def _sentences(node: ast.AST) -> Iterator[Any]:
    """Strings that look like words for people; neither docstrings, annotations, log lines nor the
    errors that show a mistake of ours."""
    match node:
        case ast.Constant(value=str(text)) if SENTENCE.search(text):
            yield node
        case ast.Expr(value=ast.Constant()):
            return
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id="log" | "_log")) | ast.Name(id="Outage")
        ):
            return
        case ast.Raise(exc=ast.Call(func=ast.Name(id="TypeError" | "ValueError"))):
            return
    for name, child in ast.iter_fields(node):
        if name not in ("annotation", "returns", "bases"):
            for each in child if isinstance(child, list) else [child]:
                if isinstance(each, ast.AST):
                    yield from _sentences(each)


def _written(tree: ast.AST) -> Iterator[ast.expr]:
    """Literal texts in a call, where people would read them."""
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        called = call.func.value if isinstance(call.func, ast.Subscript) else call.func
        name = getattr(called, "id", None) or getattr(called, "attr", None)
        if name not in SPOKEN:
            continue
        place, keyword = SPOKEN[name]
        given = [each.value for each in call.keywords if each.arg == keyword]
        if place is not None:
            given += call.args[place : place + 1]
        yield from (each for argument in given for each in _literals(argument))


def _literals(argument: ast.expr) -> Iterator[ast.expr]:
    """The words in an argument that no function of ours has looked up."""
    if isinstance(argument, ast.Call):
        return
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        if LETTERS.search(argument.value):
            yield argument
        return
    for child in ast.iter_child_nodes(argument):
        if isinstance(child, ast.expr):
            yield from _literals(child)


@pytest.mark.parametrize("folder", ["cogs", "bot/ui", "bot/client.py"])
def test_whoever_meets_people_calls_services_and_no_store(folder: str) -> None:
    place = ROOT / folder
    found = [
        f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)} {name}"
        for path in (place.rglob("*.py") if place.is_dir() else [place])
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in _names(node)
        if name in BELOW
    ]

    assert found == []


def test_no_cog_imports_the_storage_port() -> None:
    found = [
        path.name
        for path in (ROOT / "cogs").glob("*.py")
        if "bot.video.ports.books" in path.read_text(encoding="utf-8")
    ]

    assert found == []


def _names(node: Any) -> Iterator[str]:
    """What a piece of source names: variables, arguments, attributes, modules."""
    match node:
        case ast.Name():
            yield node.id
        case ast.arg():
            yield node.arg
        case ast.Attribute():
            yield node.attr.removeprefix("_")
            yield f".{node.attr}"
        case ast.keyword() if node.arg is not None:
            yield node.arg
        case ast.ImportFrom():
            yield node.module or ""
            yield from (f"{node.module}.{each.name}" for each in node.names)
        case ast.Import():
            yield from (each.name for each in node.names)


def test_the_client_knows_nothing_about_videos() -> None:
    tree = ast.parse((ROOT / "bot/client.py").read_text(encoding="utf-8"))
    modules = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert not [each for each in modules if each.startswith("bot.video")]
    assert {each for each in modules if each.startswith("bot.ui")} <= {
        "bot.ui.front",
        "bot.ui.guild_cache",
        "bot.ui.items",
        "bot.ui.permissions",
        "bot.ui.rest",
        "bot.ui.texts",
        "bot.ui.tree",
    }
