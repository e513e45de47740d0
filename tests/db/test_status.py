"""What `python -m bot status` tells an operator, with the bot running or not."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.__main__ import main
from bot.clock import SystemClock
from bot.db import open_store
from bot.db.lock_file import is_locked, locked
from bot.db.status import read_standing
from bot.errors import StartupError
from bot.status import Status, as_json, lines
from bot.video.values.posts import PostKind
from bot.video.values.standing import WAITING, Peer, Process, Shard, Standing
from bot.video.values.videos import State
from tests.db.conftest import NOW

STANDING = Standing(
    videos={State.QUEUED: 12_000, State.HELD: 2, State.RUNNING: 3, State.UNCONFIRMED: 1},
    oldest={State.QUEUED: NOW - timedelta(minutes=4)},
    owed=dict.fromkeys(PostKind, 1_000_000),
    overdue=7,
    overdue_since=NOW - timedelta(hours=30),
    doubted=2,
    deferred=1,
    ordered=5_400_000,
    processes=[
        Process(owner=2, started_at=NOW - timedelta(days=3), silent=64, videos=1, is_running=False),
        Process(
            owner=3,
            started_at=NOW - timedelta(minutes=5),
            silent=1,
            videos=1234,
            role="all",
            version="1.2",
            is_leaving=True,
            host="host7",
            pid=4711,
        ),
    ],
    shards=[Shard(id=id, owner=owner, next_owner=0) for id, owner in enumerate((3, 3, 3, 2, 3, 0))],
    is_paused=True,
    pause="key",
)
STATUS = Status(version="1.2", at=NOW, database="PostgreSQL", cap=20_000_000, standing=STANDING)


def test_everything_is_told_in_plain_words() -> None:
    assert list(lines(STATUS)) == [
        "video-bot 1.2, PostgreSQL, 2026-11-23 12:00:00 UTC",
        "",
        "Processes   #3 on host7, pid 4711 (1.2, role all): runs for 5 min, drives 1,234",
        "            videos, has shards 0-2, 4 of 6, hands over",
        "            #2: died 64 s ago, drives 1 video; the next process takes over",
        "            nobody has 2 shards of 6",
        "Paused      by you (to go on: python -m bot resume); the video API refuses",
        "            EVOLINK_API_KEY: set a valid one and restart",
        "Waiting     12,000 queued (the oldest for 4 min), 2 held",
        "At the API  0 submitting, 3 running",
        "In doubt    1 video, 2 messages",
        "Owed        12,000,000 messages: replies 1,000,000, videos 1,000,000, showcased",
        "            videos 1,000,000 and 9 more kinds",
        '            1 answer still "thinking"',
        "            7 overdue, the oldest for 30 h",
        "Credits     540 of 2,000 ordered in the last 24 hours",
    ]


def test_a_crowd_of_processes_and_posts_still_fits_a_screen() -> None:
    many = [
        Process(
            owner=10**9 + n,
            started_at=NOW,
            silent=10.0**7,
            videos=10**6,
            is_running=n > 50,
            reached=dict.fromkeys(Peer, 2 * 10.0**7),
        )
        for n in range(100)
    ]
    shards = [Shard(id=2 * n, owner=10**9 + 60 + n % 3, next_owner=0) for n in range(1000)]
    crowd = replace(STANDING, processes=many, shards=shards)
    shown = list(lines(replace(STATUS, standing=crowd)))

    assert len(shown) < 24
    assert max(map(len, shown)) <= 80


def test_a_process_that_is_cut_off_is_named() -> None:
    ages = {Peer.API: 60.0, Peer.DISCORD: 2.0}
    seen = [
        Process(owner=3, started_at=NOW, silent=1, reached=ages),
        Process(owner=4, started_at=NOW, silent=1),  # of a release that does not say
        Process(owner=8, started_at=NOW, silent=99, reached=dict.fromkeys(Peer, 100.0)),  # dead
        *(Process(owner=n, started_at=NOW, silent=1, role=WAITING) for n in (5, 6, 7)),
    ]
    shown = list(lines(replace(STATUS, standing=replace(STANDING, processes=seen))))

    assert "            #3, #5, #6 and 1 more did not reach the video API of late" in shown
    assert "            #5, #6, #7 did not reach Discord of late" in shown


def test_nothing_at_all_reads_well() -> None:
    quiet = Standing(
        videos={}, oldest={}, owed={}, overdue=0, overdue_since=None, doubted=0, ordered=0,
        deferred=0, processes=[], shards=[], is_paused=False, pause="",
    )  # fmt: skip
    shown = list(lines(replace(STATUS, standing=quiet, cap=None)))

    assert shown[2:] == [
        "Processes   none is running",
        "Paused      no",
        "Waiting     0 queued, 0 held",
        "At the API  0 submitting, 0 running",
        "In doubt    0 videos, 0 messages",
        "Owed        0 messages",
        "Credits     0 ordered (no limit) in the last 24 hours",
    ]


def test_the_json_has_everything_by_name() -> None:
    read = json.loads(as_json(STATUS))

    assert read["standing"]["videos"]["queued"] == 12_000
    assert read["standing"]["processes"][1]["owner"] == 3
    assert read["cap"] == 20_000_000


async def test_a_running_bot_is_seen_as_one_and_a_stopped_one_is_not(database_url, accept):
    async with open_store(database_url, clock=SystemClock()) as store:
        await store.tx(accept, owner=store.lease.owner)
        running = read_standing(database_url, now=NOW)
    stopped = read_standing(database_url, now=NOW)

    assert [(each.is_running, each.videos) for each in running.processes] == [(True, 1)]
    assert [each.is_running for each in stopped.processes if each.is_running] == []


def test_a_look_at_the_lock_leaves_no_trace_and_stops_no_start(tmp_path: Path) -> None:
    database = tmp_path / "bot.db"
    assert not is_locked(database)
    assert list(tmp_path.iterdir()) == []
    with locked(database):
        assert is_locked(database)
        assert is_locked(database)
    assert not is_locked(database)


def test_a_database_that_is_not_there_is_told_in_one_line_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(StartupError, match="does not exist yet"):
        read_standing(f"sqlite:///{tmp_path}/bot.db", now=NOW)
    assert list(tmp_path.iterdir()) == []


def test_the_command_prints_a_screen(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DISCORD_TOKEN", "EVOLINK_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ENV_FILE", "")
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("MAX_CREDITS_PER_DAY", "77")

    assert main(["status"]) == 0
    told = capsys.readouterr().out
    assert "none is running" in told
    assert "0 of 77 ordered" in told
    assert main(["status", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["database"] == "SQLite"


def test_a_reader_who_leaves_early_breaks_nothing(sqlite_url: str) -> None:
    environ = {"PATH": os.environ["PATH"], "ENV_FILE": "", "DATABASE_URL": sqlite_url}
    child = subprocess.run(
        f"{sys.executable} -m bot status | true", shell=True, env=environ, capture_output=True
    )
    assert child.stderr == b""
