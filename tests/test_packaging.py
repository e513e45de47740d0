"""What is shipped: the wheel, and the promises of the image and the compose file."""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from zipfile import ZipFile

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot import __version__

ROOT = Path(__file__).parents[1]


def cannot(reason: str) -> None:
    """Skips with the reason; where everything has to run, fails with it."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def tracked(*folders: str) -> list[str]:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        cannot("the list of files comes from git, and this is no clone")
    listed = subprocess.run(
        ["git", "ls-files", "-z", *folders], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, unpacked, built from what git tracks in a folder of its own."""
    try:
        has_setuptools = int(version("setuptools").split(".")[0]) >= 77
    except PackageNotFoundError:
        has_setuptools = False
    if not has_setuptools:
        cannot("building the wheel needs setuptools 77 or newer beside the tests")
    source = tmp_path_factory.mktemp("source")
    for name in tracked():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, source / name)
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", "dist"]
    built = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", *options, "."],
        cwd=source,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    [packed] = (source / "dist").glob("*.whl")
    unpacked = tmp_path_factory.mktemp("unpacked")
    ZipFile(packed).extractall(unpacked)
    return unpacked


def test_the_wheel_has_every_file_of_the_packages_and_nothing_else(wheel: Path) -> None:
    shipped = {
        path.relative_to(wheel).as_posix()
        for path in wheel.rglob("*")
        if path.is_file() and not path.is_relative_to(wheel / f"video_bot-{__version__}.dist-info")
    }

    assert shipped == set(tracked("bot", "cogs"))


def test_the_installed_program_starts_and_makes_its_database_outside_the_clone(
    wheel: Path, tmp_path: Path
) -> None:
    told = subprocess.run(
        [sys.executable, "-P", "-m", "bot", "migrate"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(wheel)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (told.returncode, told.stderr) == (0, "")
    assert (tmp_path / "data" / "bot.db").stat().st_size > 0


@pytest.mark.long
def test_the_installed_demo_makes_a_film_outside_the_clone(wheel: Path, tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"

    told = subprocess.run(
        [sys.executable, "-P", "-m", "bot", "demo", "--once", "a fox", "--out", str(film)],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(wheel)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert (told.returncode, told.stderr) == (0, "")
    assert "a fox" in told.stdout
    assert film.read_bytes()[4:8] == b"ftyp"


def test_the_package_and_the_program_have_the_same_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert project["version"] == __version__


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_locked_package_has_one_exact_version_and_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text().replace("\\\n", " ")
    packages = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]

    assert len(packages) > 10
    assert "://" not in text
    assert "--index" not in text
    for package in packages:
        assert re.match(r"[a-z0-9._-]+(\[[a-z,]+\])?==\S+( ;[^#]*?)? +--hash=sha256:", package), (
            package
        )


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's, in order, continued lines joined and comments left out."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    lines = text.replace("\\\n", " ").splitlines()
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in lines if line.strip()]


def the(name: str) -> str:
    """The last instruction of that name, which is the one that counts."""
    return [text for found, text in instructions() if found == name][-1]


def test_the_image_installs_by_hash_before_it_copies_the_source() -> None:
    steps = [text for name, text in instructions() if name in ("COPY", "RUN")]
    [install] = [number for number, text in enumerate(steps) if "pip install" in text]

    assert "--require-hashes" in steps[install]
    assert steps.index("requirements.lock ./") < install < steps.index("bot bot")


def test_the_image_runs_as_nobody_special_and_keeps_everything_in_its_volume() -> None:
    assert int(the("USER")) > 0
    assert the("VOLUME") == "/data"
    assert "DATABASE_URL=sqlite:////data/bot.db" in the("ENV")
    assert "FILMS_DIR=/data/films" in the("ENV")


def test_the_image_starts_the_bot_directly_so_that_signals_reach_it() -> None:
    assert json.loads(the("ENTRYPOINT")) == ["python", "-m", "bot"]
    assert json.loads(the("CMD")) == ["run"]
    assert the("STOPSIGNAL") == "SIGTERM"


def is_healthy(port: int) -> bool:
    """What the image's own check says of a web server at `port`."""
    program, *arguments = json.loads(the("HEALTHCHECK").split("CMD", 1)[1])
    assert program == "python"
    checked = subprocess.run(
        [sys.executable, *arguments], env={"WEB_PORT": str(port)}, capture_output=True, check=False
    )
    return checked.returncode == 0


async def test_the_image_is_healthy_while_the_web_server_says_so(unused_tcp_port: int) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=statuses.pop())

    statuses = [503, 200]
    app = web.Application()
    app.router.add_get("/healthz", answer)
    async with TestServer(app, host="127.0.0.1") as server:
        assert await asyncio.to_thread(is_healthy, server.port)
        assert not await asyncio.to_thread(is_healthy, server.port)
    assert not await asyncio.to_thread(is_healthy, unused_tcp_port)


def test_no_secret_and_no_rubbish_reaches_the_image() -> None:
    ignored, *kept = [
        line
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line[:1] not in ("", "#")
    ]

    assert ignored == "*"
    assert {line for line in kept if line.startswith("!")} == {
        "!requirements.lock",
        "!bot",
        "!cogs",
    }


@pytest.mark.parametrize(
    "promise",
    [
        "read_only: true",
        "cap_drop: [ALL]",
        "no-new-privileges:true",
        "init: true",
        "stop_grace_period: 30s",
        "- bot-data:/data",
        "- 127.0.0.1:8080:8080",
        "profiles: [postgres]",
    ],
)
def test_the_compose_file_keeps_the_bot_in_its_place(promise: str) -> None:
    assert promise in (ROOT / "compose.yaml").read_text()


def test_the_unit_shuts_the_bot_in() -> None:
    if (measure := shutil.which("systemd-analyze")) is None:
        pytest.skip("systemd is not on this machine")
    unit = ROOT / "docs" / "video-bot.service"
    command = [measure, "security", "--offline=true", "--threshold=29", "--no-pager", str(unit)]
    measured = subprocess.run(command, capture_output=True, text=True)
    assert measured.returncode == 0, measured.stdout + measured.stderr


@pytest.mark.parametrize(
    "promise",
    [
        "DynamicUser=yes",
        "StateDirectory=video-bot",
        "ProtectSystem=strict",
        "CapabilityBoundingSet=",
        "NoNewPrivileges=yes",
        "SystemCallFilter=@system-service",
        "ExecStart=/opt/video-bot/.venv/bin/python -m bot run",
    ],
)
def test_the_unit_keeps_what_it_promises(promise: str) -> None:
    assert promise in (ROOT / "docs" / "video-bot.service").read_text().splitlines()
