"""Settings documents, and limits as the audit stores them."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec import to_builtins
from msgspec.structs import replace

from bot.video.limits.changes import read_limit
from bot.video.values.limits import Limit, Measure, Subject, Window
from bot.video.values.settings import ServerSettings, SettingsDocument, VideoCaps

LIMIT = Limit(
    id="l" * 20,
    server_id=1,
    subject=Subject.ROLE,
    subject_id=2**62,
    measure=Measure.FILMS,
    window=Window.DAY,
    amount=None,
    set_by=3,
    set_at=datetime(2026, 11, 23, 10, tzinfo=UTC),
)


def settings(document: Any) -> ServerSettings:
    return SettingsDocument(document=document, version=1).read()


@pytest.mark.parametrize("limit", [LIMIT, replace(LIMIT, amount=0)])
def test_a_limit_comes_back_as_it_was_written(limit: Limit):
    assert read_limit(json.loads(json.dumps(to_builtins(limit)))) == limit


def test_a_limit_is_read_as_earlier_versions_wrote_it():
    written = to_builtins(LIMIT) | {"set_at": "2026-11-23T10:00:00+00:00"}

    assert read_limit(written) == LIMIT


def test_what_a_document_does_not_tell_is_as_usual():
    assert settings({}) == ServerSettings()


def test_what_a_newer_version_wrote_beside_it_is_passed_over():
    assert settings({"budget": 5, "weather": "fine"}) == ServerSettings(budget=5)


def test_ids_are_numbers_again_where_they_were_keys():
    document = {"channel_ceilings": {"99": {"duration": 4}}}

    assert settings(document).ceiling_in({99}) == VideoCaps(duration=4)


@pytest.mark.parametrize(
    "document",
    [
        {"budget": "much"},
        {"budget": True},
        {"channels": 5},
        {"channels": ["films"]},
        {"ceiling": [8]},
        {"ceiling": {"quality": "4K"}},
        {"age_restricted_only": "yes"},
        {"channel_ceilings": {"films": {}}},
        None,
    ],
)
def test_settings_that_nobody_wrote_are_refused(document: Any):
    with pytest.raises(ValueError, match=r"Expected|Invalid"):
        settings(document)


@pytest.mark.parametrize("document", [{"id": "l"}, to_builtins(LIMIT) | {"set_at": "yesterday"}])
def test_a_limit_that_nobody_wrote_is_refused(document: dict[str, Any]):
    with pytest.raises(ValueError, match=r"missing|Invalid"):
        read_limit(document)
