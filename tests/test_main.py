"""The command line: what it prints, and its exit code."""

import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import fields

from bot import __version__
from bot.__main__ import _served, main
from bot.config import Config
from bot.errors import StartupError, StorageDown

ROOT = Path(__file__).parents[1]


def bot(*arguments: str, folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """`python -m bot ...` in `folder`, with nothing of ours in the environment but `environ`."""
    plain = {
        name: os.environ[name] for name in ("PATH", "HOME", "SYSTEMROOT") if name in os.environ
    }
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env=plain | {"PYTHONPATH": str(ROOT)} | environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def variables_named(told: str) -> list[str]:
    """The first word of each line."""
    return [line.split()[0] for line in told.splitlines()]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder, and an environment in which nothing of ours is set."""
    for variable in fields(Config):
        monkeypatch.delenv(variable.name.upper(), raising=False)
    monkeypatch.delenv("ENV_FILE", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_version_is_told_without_any_configuration(tmp_path: Path) -> None:
    done = bot("--version", folder=tmp_path, WEB_PORT="wrong")

    assert (done.returncode, done.stdout) == (0, f"video-bot {__version__}\n")


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])

    told = capsys.readouterr().out
    for command in (
        "run",
        "demo",
        "check",
        "usage",
        "pause",
        "resume",
        "migrate",
        "backup",
        "restore",
        "move",
    ):
        assert f"\n    {command} " in told


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["dance"],
        ["demo", "--once", "a fox"],
        ["demo", "--out", "film.mp4"],
        ["demo", "--port", "70000"],
        ["demo", "--port", "-1"],
    ],
)
def test_a_wrong_command_line_is_refused_with_its_usage(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)

    assert ended.value.code == 2
    assert "usage: python -m bot" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("run --role boss", "all"),
        ("run --interactions carrier", "gateway"),
        ("usage --since yesterday", "must be a day, as 2026-11-01"),
        ("demo --port x", "must be a number from 0 to 65535"),
        ("demo --processes x", "1, 2, 3, 4"),
        ("demo --processes 9", "1, 2, 3, 4"),
        ("move here there", "must be sqlite:///PATH"),
    ],
)
def test_a_wrong_argument_is_refused_with_what_it_may_be(
    arguments: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(arguments.split())

    told = capsys.readouterr().err.splitlines()[-1].replace("'", "")
    assert words in told
    assert not re.search(r"invalid (?!choice)|<|Role\.", told)


def test_a_demo_without_its_extra_packages_says_how_to_get_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("bot.__main__.find_spec", lambda name: None if name == "av" else object())

    assert main(["demo"]) == 1
    assert "pip install '.[demo]'" in capsys.readouterr().err


def test_a_start_without_secrets_is_one_line_for_each_and_exit_code_1(tmp_path: Path) -> None:
    done = bot("run", folder=tmp_path)

    assert done.returncode == 1
    assert variables_named(done.stderr) == ["DISCORD_TOKEN", "EVOLINK_API_KEY"]


@pytest.mark.parametrize("where", ["environment", ".env"])
def test_a_failed_start_is_read_by_machines_where_the_log_is(tmp_path: Path, where: str) -> None:
    environ = {"LOG_FORMAT": "json"} if where == "environment" else {}
    if where == ".env":
        (tmp_path / ".env").write_text("LOG_FORMAT=json\n")
    done = bot("run", folder=tmp_path, WEB_PORT="wrong", **environ)

    entries = [json.loads(line) for line in done.stderr.splitlines()]
    assert (done.returncode, done.stdout) == (1, "")
    assert {entry["level"] for entry in entries} == {"CRITICAL"}
    assert [entry["message"].split()[0] for entry in entries] == [
        "DISCORD_TOKEN", "EVOLINK_API_KEY", "WEB_PORT"
    ]  # fmt: skip


def test_a_reader_of_check_who_leaves_early_sees_no_traceback(tmp_path: Path) -> None:
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    command = f"{sys.executable} -m bot check | true"
    child = subprocess.run(command, shell=True, cwd=tmp_path, env=environ, capture_output=True)
    assert child.stderr == b""


def test_a_person_who_looks_for_mistakes_reads_lines_whatever_the_logs_format(
    tmp_path: Path,
) -> None:
    done = bot("check", folder=tmp_path, LOG_FORMAT="json")
    first, second, *_ = done.stdout.splitlines()
    assert first.startswith("problem  Configuration: DISCORD_TOKEN is missing")
    assert second.startswith("problem  Configuration: EVOLINK_API_KEY is missing")


@pytest.mark.parametrize(
    "command", ["run", "status", "migrate", "backup copy.db", "restore copy.db"]
)
def test_every_mistake_is_told_at_once_without_a_value(
    here: Path,
    command: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (here / ".env").write_text("WEB_PORT=no-port\nEVOLINK_APIKEY=hush\n")
    monkeypatch.setenv("DATABASE_URL", "oracle://hush")
    monkeypatch.setenv("PUBLIC_URL", "https://hush:8080")
    monkeypatch.setenv("DISCORD_TOKEN", "hush hush")

    assert main(command.split()) == 1
    told = capsys.readouterr().err
    named = {"DATABASE_URL", "DISCORD_TOKEN", "EVOLINK_APIKEY", "PUBLIC_URL", "WEB_PORT"}
    assert set(variables_named(told)) == named
    assert "hush" not in told
    assert "no-port" not in told


def test_a_database_that_cannot_be_used_is_one_line_and_exit_code_1(tmp_path: Path) -> None:
    (tmp_path / "bot.db").write_text("certainly not a database")
    secrets = {"DISCORD_TOKEN": "hush", "EVOLINK_API_KEY": "hush"}

    done = bot("run", folder=tmp_path, DATABASE_URL="sqlite:///bot.db", WEB_PORT="0", **secrets)

    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert "bot.db is no database" in line


def test_a_port_that_is_taken_is_one_line_and_exit_code_1(tmp_path: Path) -> None:
    secrets = {"DISCORD_TOKEN": "hush", "EVOLINK_API_KEY": "hush"}
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = bot("run", folder=tmp_path, WEB_PORT=port, **secrets)

    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert f"WEB_PORT {port}" in line


def test_a_start_with_a_misspelt_limit_in_the_environment_is_refused(tmp_path: Path) -> None:
    secrets = {"DISCORD_TOKEN": "hush", "EVOLINK_API_KEY": "hush"}

    done = bot("run", folder=tmp_path, MAX_CREDIT_PER_DAY="50", **secrets)

    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.startswith("MAX_CREDIT_PER_DAY in the environment is not a variable of this bot")
    assert "did you mean MAX_CREDITS_PER_DAY?" in line
    assert not list(tmp_path.iterdir())


def test_a_start_warns_of_a_name_that_may_be_another_programs(tmp_path: Path) -> None:
    (tmp_path / "bot.db").write_text("certainly not a database")
    secrets = {"DISCORD_TOKEN": "hush", "EVOLINK_API_KEY": "hush"}

    done = bot("run", folder=tmp_path, DATABASE_URL="sqlite:///bot.db", SERVER="7", **secrets)

    warning, _ = done.stderr.splitlines()
    assert " WARNING bot: SERVER in the environment" in warning
    assert "did you mean SERVERS?" in warning


@pytest.mark.parametrize("host", ["no.such.host.invalid", "192.0.2.1", "a..b"])
def test_an_address_that_is_not_ours_is_told_by_its_variable(tmp_path: Path, host: str) -> None:
    secrets = {"DISCORD_TOKEN": "hush", "EVOLINK_API_KEY": "hush"}

    done = bot("run", folder=tmp_path, WEB_HOST=host, WEB_PORT="0", **secrets)

    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.startswith(f"WEB_HOST {host} ")
    assert "WEB_PORT" not in line


def test_a_backup_is_a_database_of_its_own_and_never_overwrites(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["migrate"]) == 0
    assert main(["backup", "copy.db"]) == 0
    assert main(["backup", "copy.db"]) == 1

    assert "copy.db exists already" in capsys.readouterr().err
    with closing(sqlite3.connect(here / "copy.db")) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_backup_is_restored_and_the_database_of_before_is_kept(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["migrate"]) == 0
    assert main(["backup", "copy.db"]) == 0

    assert main(["restore", "copy.db"]) == 0
    assert main(["restore"]) == 1

    told = capsys.readouterr()
    assert "before-1" in told.out
    assert "restore FILE" in told.err


def test_pausing_and_resuming_say_what_happens_next(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["pause"]) == 1
    assert "does not exist yet" in capsys.readouterr().err
    assert main(["migrate"]) == 0
    for command, said in (("pause", "python -m bot resume"), ("resume", "within a minute")):
        assert main([command]) == 0
        assert said in capsys.readouterr().out


@pytest.mark.parametrize("role", ["gateway", "worker"])
def test_a_role_of_its_own_needs_postgresql(tmp_path: Path, role: str) -> None:
    secrets = {"DISCORD_TOKEN": "a.token.here", "EVOLINK_API_KEY": "a-key"}
    done = bot("run", "--role", role, folder=tmp_path, **secrets)

    (line,) = done.stderr.splitlines()
    assert (done.returncode, "DATABASE_URL" in line) == (1, True)
    assert not list(tmp_path.iterdir())


def test_a_worker_that_discord_should_call_is_refused_in_words(tmp_path: Path) -> None:
    secrets = {"DISCORD_TOKEN": "a.token.here", "EVOLINK_API_KEY": "a-key"}
    arguments = ("run", "--role", "worker", "--interactions", "http")
    done = bot(*arguments, folder=tmp_path, DATABASE_URL="postgresql://x@y/z", **secrets)

    (line,) = done.stderr.splitlines()
    assert done.returncode == 1
    assert line.startswith("--role worker hears nobody")
    assert "--role gateway --interactions http" in line


def test_a_bot_whose_database_goes_away_at_its_start_says_so_in_one_line() -> None:
    async def gone() -> int:
        raise StorageDown("connection refused")

    with pytest.raises(StartupError) as ended:
        _served(gone())
    assert ended.value.problems == (
        "The database went away, so the bot stopped: connection refused. Start it again.",
    )
