"""The alerts and the dashboard are what Prometheus and Grafana can read, as far as that can be told
without them: each query parses, asks each metric for what its type has, and each panel fits."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import promql_parser as promql
import pytest
from prometheus_client.parser import text_string_to_metric_families

DOCS = Path(__file__).parents[2] / "docs"
BOARD: Mapping[str, Any] = json.loads((DOCS / "grafana.json").read_text(encoding="utf-8"))
PANELS = BOARD["panels"]
# `expr:` of a rule, in its line or folded into the lines below.
RULE = re.compile(r"expr: (?:>-\n((?: {10,}.+\n)+)|(.+)\n)")
VARIABLE = re.compile(r"\$\{?(\w+)\}?")
RISING = {"rate", "increase", "irate"}  # they take counters, and know when one begins anew
WIDTH = 24  # columns; https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/
KINDS, UNITS = {"stat", "timeseries"}, {"short", "s", "percentunit", "bytes", "cpm", "reqps"}


def rules() -> list[str]:
    text = (DOCS / "alerts.yml").read_text(encoding="utf-8")
    return [" ".join((folded or plain).split()) for folded, plain in RULE.findall(text)]


def queries() -> list[str]:
    asked = [target["expr"] for panel in PANELS for target in panel["targets"]]
    return [*rules(), *(each.replace("$job", "video-bot") for each in asked)]


def calls(query: str) -> Iterator[tuple[str, str]]:
    """The metrics of a query, each with the function around it, if any."""
    within: list[str] = []
    found: list[tuple[str, str]] = []

    def enter(node: promql.Expr) -> None:
        if isinstance(node, promql.Call):
            within.append(node.func.name)
        if isinstance(node, promql.MatrixSelector):
            node = node.vector_selector
        if isinstance(node, promql.VectorSelector) and node.name:
            found.append((node.name, within[-1] if within else ""))

    def leave(node: promql.Expr) -> None:
        if isinstance(node, promql.Call):
            within.pop()

    promql.walk(promql.parse(query), pre_visit=enter, post_visit=leave)
    return iter(found)


@pytest.mark.parametrize("query", queries())
def test_prometheus_can_read_each_query(query: str) -> None:
    assert list(calls(query)), "it asks for a metric"


def test_counters_are_asked_for_their_rise_and_gauges_for_what_they_are(page: str) -> None:
    types = {"up": "gauge"}
    for family in text_string_to_metric_families(page):
        types |= {sample.name: family.type for sample in family.samples}
        types[f"{family.name}_bucket"] = types[f"{family.name}_total"] = family.type
        types[family.name] = family.type

    for query in queries():
        for name, function in calls(query):
            is_rising = types[name] in ("counter", "histogram")
            assert is_rising == (function in RISING), (name, function, types[name])
            assert name.endswith({"counter": "_total", "histogram": "_bucket"}.get(types[name], ""))


def test_a_scrape_has_no_sample_that_nobody_asks_for(page: str) -> None:
    assert not re.findall(r"^\w+_created\b", page, re.MULTILINE)


def test_panels_have_room_beside_one_another() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in PANELS:
        place = panel["gridPos"]
        columns = range(place["x"], place["x"] + place["w"])
        cells = {(x, y) for x in columns for y in range(place["y"], place["y"] + place["h"])}
        assert columns.stop <= WIDTH
        assert not cells & taken, panel["title"]
        taken |= cells


def test_each_panel_says_what_it_shows_and_in_which_unit() -> None:
    assert len({panel["id"] for panel in PANELS}) == len(PANELS)
    for panel in PANELS:
        assert panel["type"] in KINDS
        assert panel["title"]
        assert panel["fieldConfig"]["defaults"]["unit"] in UNITS, panel["title"]
        names = [target["refId"] for target in panel["targets"]]
        assert len(set(names)) == len(names)
        steps = panel["fieldConfig"]["defaults"].get("thresholds", {}).get("steps", [])
        values = [step["value"] for step in steps]
        assert values[:1] in ([], [None]), "the first step is for all that is below the others"
        assert values[1:] == sorted(values[1:])


def test_each_variable_of_the_dashboard_is_one_that_it_has() -> None:
    has = {each["name"] for each in BOARD["templating"]["list"]}
    assert set(VARIABLE.findall(json.dumps(BOARD))) == has


def test_each_legend_names_a_label_that_its_query_keeps() -> None:
    for target in (target for panel in PANELS for target in panel["targets"]):
        for label in re.findall(r"\{\{(\w+)\}\}", target.get("legendFormat", "")):
            kept = re.search(r"by \(([^)]*)\)", target["expr"])
            assert kept is None or label in kept[1].split(", "), target["expr"]
