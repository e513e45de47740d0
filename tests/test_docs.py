"""What the documents mention exists: links, commands, variables, files, fields, states."""

import json
import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest
from msgspec.structs import replace

from bot.__main__ import main
from bot.api.wire import submission
from bot.config import Config
from bot.ui.languages import ENGLISH, catalogue
from bot.video.values.catalogue import DEFAULT_MODEL, MODELS, ShotType
from bot.video.values.prices import Prices
from bot.video.values.videos import Shot, State, VideoRequest, VideoSpec
from cogs.video import OPTIONS

ROOT = Path(__file__).parents[1]
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
PICTURE_LIMIT = 150 * 1024  # bytes
MOVING_LIMIT = 1536 * 1024

LINK = re.compile(r"\]\(([^()\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
MAKE = re.compile(r"(?:^|`)make ([a-z]+)", re.MULTILINE)
BOT = re.compile(r"(?:python -m bot|docker compose .*\bbot) ([a-z]+)((?: --?[a-z-]+)*)")
VARIABLE = re.compile(r"\b[A-Z]+(?:_[A-Z]+)+\b")

documents = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)


@cache
def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def table(document: str, head: str) -> list[list[str]]:
    """The rows of the table whose first line begins with `head`."""
    below = text_of(document).split(f"\n| {head} |", 1)[1].split("\n\n", 1)[0]
    return [[cell.strip() for cell in row.split("|")[1:-1]] for row in below.splitlines()[2:]]


def anchors(file: Path) -> set[str]:
    """The names under which GitHub links to the headings of a document."""
    heads = HEADING.findall(file.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@documents
def test_every_link_inside_the_repository_leads_somewhere(document: Path) -> None:
    for link in LINK.findall(document.read_text(encoding="utf-8")):
        if link.startswith("https://"):
            continue
        path, _, anchor = unquote(link).partition("#")
        target = document.parent / path if path else document
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_every_document_is_linked_from_the_readme() -> None:
    linked = {
        (ROOT / link.partition("#")[0]).resolve() for link in LINK.findall(text_of("README.md"))
    }

    assert set(DOCUMENTS) - {ROOT / "README.md"} <= linked


def test_contributors_are_told_the_very_commands_that_every_change_has_to_pass() -> None:
    commands = re.findall(r"^(?:make|\.venv/).*$", text_of(".ci/run"), re.MULTILINE)
    told = set(text_of("CONTRIBUTING.md").splitlines())

    assert commands
    assert set(commands) - {"make lint", "make test"} <= told


@documents
def test_every_make_target_is_in_the_makefile(document: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", text_of("Makefile"), re.MULTILINE))

    assert set(MAKE.findall(document.read_text(encoding="utf-8"))) <= targets


@documents
def test_every_command_line_is_one_that_the_program_knows(
    document: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for command, options in BOT.findall(document.read_text(encoding="utf-8")):
        with pytest.raises(SystemExit) as end:
            main([command, "--help"])
        assert end.value.code == 0, command
        told = capsys.readouterr().out
        assert all(option in told for option in options.split()), (command, options)


@pytest.mark.parametrize("document", [*DOCUMENTS, ROOT / ".env.example"], ids=lambda p: p.name)
def test_every_module_is_run_by_the_python_that_has_what_it_needs(document: Path) -> None:
    """After the set-up that is the one in `.venv`, or the one in the container."""
    text = document.read_text(encoding="utf-8")

    assert re.findall(r"(?<!\.venv/bin/)(?<!exec bot )python -m \S+", text) == []


def test_make_and_the_service_look_at_the_same_settings() -> None:
    """So the unit itself sets nothing of the bot's: make reads `.env` alone."""
    lines = re.findall(r"^Environment=(.*)$", text_of("docs/video-bot.service"), re.MULTILINE)
    names = {name for line in lines for name in re.findall(r"(\w+)=", line)}

    assert "ENV_FILE" in names
    assert not names & {name.upper() for name in Config.__struct_fields__}


@documents
def test_every_variable_is_one_that_something_reads(document: Path) -> None:
    readers = (
        ".env.example",
        "compose.yaml",
        "Makefile",
        "bot/api/film_bucket.py",
        "bot/metrics/monitoring.py",
        "bot/metrics/tracing.py",
        "tests/metrics/test_traces.py",
        "tests/openapi.py",
    )
    known = set(VARIABLE.findall(" ".join(map(text_of, readers))))

    assert set(VARIABLE.findall(document.read_text(encoding="utf-8"))) <= known


@documents
def test_every_file_folder_and_module_is_there(document: Path) -> None:
    for name in CODE.findall(document.read_text(encoding="utf-8")):
        if re.fullmatch(r"(bot|cogs)(\.[a-z_]+)*", name):
            module = ROOT / name.replace(".", "/")
            assert module.is_dir() or module.with_suffix(".py").is_file(), name
        elif re.fullmatch(r"[\w.-][\w./-]*(/|\.(py|md|toml|yaml|example))", name):
            folders = (ROOT, ROOT / "bot", *(ROOT / "bot").iterdir())
            assert any((folder / name).exists() for folder in folders), name


def test_the_buttons_in_the_documents_are_labelled_as_people_see_them() -> None:
    texts = catalogue(ENGLISH).by_key
    labels = {text for key, text in texts.items() if key.startswith("button.")}
    named = [label for row in table("docs/commands.md", "Button") for label in row[0].split(", ")]

    assert named
    assert set(named) <= labels
    assert sorted(set(named)) == sorted(named)


def test_the_table_of_fields_has_every_field_that_is_sent_to_the_api() -> None:
    plain = VideoSpec(prompt="a fox", negative_prompt="text", watermark=True)
    shots = (Shot(prompt="a fox", seconds=5),)
    specs = [plain, replace(plain, shot_type=ShotType.CUSTOMIZE, shots=shots)]
    sent = set().union(
        *(fields(submission(asked(spec), callback_url="https://x")) for spec in specs)
    )
    described = {CODE.findall(row[0])[0] for row in table("docs/api.md", "API field")}

    assert sent == described - {"Authorization"}


def test_the_table_of_fields_has_every_option_of_the_command() -> None:
    named = {name for row in table("docs/api.md", "API field") for name in CODE.findall(row[1])}

    # A preset fills in the others, and each take is sent by itself.
    assert set(OPTIONS) - {"preset", "takes"} <= named


def test_the_table_of_answers_has_every_field_of_the_apis_own_example() -> None:
    answer = json.loads(text_of("tests/api/samples/submit_answer.json"))
    rows = table("docs/api.md", "API field of the answer")
    described = {name for row in rows for name in CODE.findall(row[0])}

    assert described == fields(answer)


def asked(spec: VideoSpec) -> VideoRequest:
    return VideoRequest(
        id="r" * 20,
        server_id=1,
        channel_id=2,
        user_id=3,
        locale="en-US",
        server_locale="en-US",
        created_at=datetime(2026, 11, 23, tzinfo=UTC),
        spec=spec,
    )


def fields(body: dict[str, object]) -> set[str]:
    """The names in a body, those inside objects one by one."""
    found: set[str] = set()
    for name, value in body.items():
        found |= {f"{name}.{each}" for each in value} if isinstance(value, dict) else {name}
    return found


def test_operators_are_told_the_defaults_that_hold() -> None:
    rows = table("docs/operations.md", "Variable")
    told = {name.strip("`").lower(): default for name, default, _ in rows}
    told.pop("servers")

    assert told == {name: f"{getattr(Config(), name):g}" for name in told}


def test_the_price_file_in_the_documents_is_the_table_that_the_bot_carries() -> None:
    document = text_of("docs/operations.md").split("```json\n", 1)[1].split("```", 1)[0]

    assert Prices.from_json(json.loads(document)).own == {
        DEFAULT_MODEL: MODELS[DEFAULT_MODEL].prices
    }


def test_the_architecture_has_every_state_and_everything_in_bot() -> None:
    states = {
        name for row in table("docs/architecture.md", "State") for name in CODE.findall(row[0])
    }
    named = {
        name for row in table("docs/architecture.md", "Folder") for name in CODE.findall(row[0])
    }
    there = {
        f"bot/{path.name}/" if path.is_dir() else f"bot/{path.name}"
        for path in (ROOT / "bot").iterdir()
        if not path.name.startswith("__") or path.name == "__main__.py"
    }

    assert states == set(State)
    assert there <= named


def test_every_picture_is_shown_and_small() -> None:
    shown = {
        (document.parent / link).resolve()
        for document in DOCUMENTS
        for link in LINK.findall(document.read_text(encoding="utf-8"))
    }
    pictures = list((ROOT / "docs" / "pictures").iterdir())

    assert pictures
    assert set(pictures) <= shown
    for picture in pictures:
        limit = MOVING_LIMIT if picture.suffix == ".gif" else PICTURE_LIMIT
        assert picture.stat().st_size <= limit, picture.name
