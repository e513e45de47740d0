"""The command line as a person meets it: real processes, their output and exit code."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot import __version__

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
        timeout=30,
        check=False,
    )


def test_the_version_is_told_without_any_configuration(tmp_path: Path) -> None:
    done = bot("--version", folder=tmp_path, WEB_PORT="wrong")

    assert (done.returncode, done.stdout) == (0, f"video-bot {__version__}\n")


def test_help_names_every_command(tmp_path: Path) -> None:
    told = bot("--help", folder=tmp_path).stdout

    for command in ("run", "demo", "check", "migrate", "backup"):
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
    tmp_path: Path, arguments: list[str]
) -> None:
    done = bot(*arguments, folder=tmp_path)

    assert done.returncode == 2
    assert "usage: python -m bot" in done.stderr


@pytest.mark.parametrize("command", ["run", "check"])
def test_a_start_without_secrets_is_one_line_for_each_and_exit_code_1(
    tmp_path: Path, command: str
) -> None:
    done = bot(command, folder=tmp_path)

    assert done.returncode == 1
    assert [line.split()[0] for line in done.stderr.splitlines()] == [
        "DISCORD_TOKEN",
        "EVOLINK_API_KEY",
    ]


@pytest.mark.parametrize("command", ["run", "check", "migrate"])
def test_every_mistake_is_told_at_once_without_a_traceback_or_a_value(
    tmp_path: Path, command: str
) -> None:
    (tmp_path / ".env").write_text("WEB_PORT=no-port\nEVOLINK_APIKEY=hush\n")
    secrets = {"DISCORD_TOKEN": "hush hush", "EVOLINK_API_KEY": "hush"}

    done = bot(command, folder=tmp_path, DATABASE_URL="oracle://hush", **secrets)

    assert done.returncode == 1
    told = done.stderr.splitlines()
    assert sorted(line.split()[0] for line in told) == [
        "DATABASE_URL",
        "DISCORD_TOKEN",
        "EVOLINK_APIKEY",
        "WEB_PORT",
    ]
    assert "hush" not in done.stderr
    assert "no-port" not in done.stderr
