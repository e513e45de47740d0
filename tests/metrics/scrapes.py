"""Reads a scrape as Prometheus would."""

from collections.abc import Mapping

from prometheus_client.parser import text_string_to_metric_families

Scrape = Mapping[str, float]


def scraped(page: str) -> Scrape:
    """The samples by name, with their labels as the page has them: `name{label="value"}`."""
    found = {}
    for family in text_string_to_metric_families(page):
        for sample in family.samples:
            labels = ",".join(f'{name}="{value}"' for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found
