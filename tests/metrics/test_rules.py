"""The dashboard and the alerts ask for what a scrape has, and the manual knows every alert."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import aiohttp
import pytest
from msgspec.structs import replace
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from bot.clock import SystemClock
from bot.config import Config
from bot.metrics.monitor import Monitor
from bot.video.values.posts import Post, PostKind, PostState, Rung
from bot.video.values.standing import Standing
from tests.fakes import FakeClock, RecordingAnnouncer
from tests.metrics.scrapes import OWN, STANDING, page_of
from tests.story.harness import free_port

DOCS = Path(__file__).parents[2] / "docs"
ALERTS, BOARD = DOCS / "alerts.yml", DOCS / "grafana.json"
NAME = re.compile(r"\b(?:videobot|process)_[a-z_]+")
CHOSEN = re.compile(r"\b(videobot_[a-z_]+)\{([^}]*)\}")
MATCHER = re.compile(r'(\w+)(=~?)"([^"]*)"')
NOT_OURS = {"job", "code"}  # a job is Prometheus' own, and codes are the other side's
POST = Post(id="p", kind=PostKind.FILM, state=PostState.DUE, rung=Rung.CHANNEL, nonce="n")


def expressions() -> Iterator[str]:
    yield ALERTS.read_text(encoding="utf-8")
    for panel in json.loads(BOARD.read_text(encoding="utf-8"))["panels"]:
        yield from (target["expr"] for target in panel["targets"])


async def read() -> Standing:
    return STANDING


@pytest.fixture
async def samples() -> Mapping[str, list[Sample]]:
    """The samples by name, after a little of everything happened; empty where nothing can."""
    port = free_port()
    config = Config(metrics_port=port, discord_api_url=f"http://127.0.0.1:{port}")
    monitor = Monitor(config, port, SystemClock())
    async with monitor.serving(own=lambda: replace(OWN, cap=1), read=read):
        for tracing in (monitor.calls_to_api(), monitor.calls_to_discord()):
            assert tracing is not None
            async with aiohttp.ClientSession(trace_configs=[tracing]) as session:
                await session.get(f"http://127.0.0.1:{port}/users/@me")
        await monitor.around(RecordingAnnouncer(FakeClock())).remove(POST)
        page = await page_of(port)
    found: dict[str, list[Sample]] = {}
    for family in text_string_to_metric_families(page):
        found.setdefault(family.name, [])
        for ending in ("_total", "_bucket", "_sum", "_count"):
            found.setdefault(family.name + ending, [])
        for sample in family.samples:
            found[sample.name].append(sample)
    return found


async def test_every_metric_that_is_asked_for_is_in_a_scrape(samples) -> None:
    asked = {name for text in expressions() for name in NAME.findall(text)}

    assert len(asked) > 20
    assert asked - set(samples) == set()


async def test_every_chosen_label_has_such_a_value(samples) -> None:
    chosen = [pair for text in expressions() for pair in CHOSEN.findall(text)]

    assert len(chosen) > 20
    for name, matchers in chosen:
        for label, how, value in MATCHER.findall(matchers):
            if label in NOT_OURS:
                continue
            there = {sample.labels.get(label) for sample in samples[name]}
            wanted = value.split("|") if how == "=~" else [value]
            assert set(wanted) <= there, (name, label)


def test_every_alert_is_in_the_manual_and_no_other() -> None:
    alerts = set(re.findall(r"- alert: (\w+)", ALERTS.read_text(encoding="utf-8")))
    manual = (DOCS / "operations.md").read_text(encoding="utf-8")

    assert alerts
    assert set(re.findall(r"^\| `(VideoBot\w+)`", manual, re.MULTILINE)) == alerts


@pytest.fixture
def promtool() -> str:
    found = shutil.which("promtool")
    if found is None:
        pytest.skip("promtool is not on this machine")
    return found


def test_prometheus_takes_the_rules(promtool: str) -> None:
    done = subprocess.run([promtool, "check", "rules", ALERTS], capture_output=True, text=True)

    assert done.returncode == 0, done.stderr


def test_alerts_fire_when_something_is_wrong_and_only_then(promtool: str, tmp_path: Path) -> None:
    cases = Path(__file__).with_name("alerts.test.yml").read_text(encoding="utf-8")
    file = tmp_path / "alerts.test.yml"
    file.write_text(cases.replace("[ALERTS]", f"[{ALERTS}]"), encoding="utf-8")
    done = subprocess.run([promtool, "test", "rules", file], capture_output=True, text=True)

    assert done.returncode == 0, done.stdout + done.stderr
