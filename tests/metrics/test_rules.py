"""The dashboard and the alerts ask for what a scrape has, and the manual knows every alert."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

DOCS = Path(__file__).parents[2] / "docs"
ALERTS, BOARD = DOCS / "alerts.yml", DOCS / "grafana.json"
NAME = re.compile(r"\b(?:videobot|process)_[a-z_]+")
CHOSEN = re.compile(r"\b(videobot_[a-z_]+)\{([^}]*)\}")
MATCHER = re.compile(r'(\w+)(=~?)"([^"]*)"')
NOT_OURS = {"job", "code"}  # a job is Prometheus' own, and codes are the other side's


def expressions() -> Iterator[str]:
    yield ALERTS.read_text(encoding="utf-8")
    for panel in json.loads(BOARD.read_text(encoding="utf-8"))["panels"]:
        yield from (target["expr"] for target in panel["targets"])


@pytest.fixture
def samples(page: str) -> Mapping[str, list[Sample]]:
    """The samples by name; empty where nothing can."""
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
