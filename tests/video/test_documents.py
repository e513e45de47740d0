"""Documents become the values they were written from; what is no such value is refused."""

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime

import pytest

from bot.video.documents import read
from bot.video.limits.measures import Limit, Measure, Subject, Window
from bot.video.models import Quality, Shot, ShotType, VideoSpec
from bot.video.servers.settings import Ceiling, ServerSettings

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
SPEC = VideoSpec(
    prompt="a fox",
    quality=Quality.HIGH,
    shot_type=ShotType.CUSTOMIZE,
    shots=(Shot(prompt="wakes", seconds=3), Shot(prompt="runs", seconds=4, author_id=5)),
    watermark=True,
)


@pytest.mark.parametrize("value", [LIMIT, replace(LIMIT, amount=0), SPEC])
def test_a_value_comes_back_as_it_was_written(value: Limit | VideoSpec):
    written = json.dumps(asdict(value), default=datetime.isoformat)

    assert read(type(value), json.loads(written)) == value


def test_what_a_document_does_not_tell_is_as_usual():
    assert read(ServerSettings, {}) == ServerSettings()


def test_ids_are_numbers_again_where_they_were_keys():
    document = {"channel_ceilings": {"99": {"duration": 4}}}

    assert read(ServerSettings, document).ceiling_in({99}) == Ceiling(duration=4)


@pytest.mark.parametrize(
    ("kind", "document"),
    [
        (ServerSettings, {"budget": "much"}),
        (ServerSettings, {"budget": True}),
        (ServerSettings, {"channels": 5}),
        (ServerSettings, {"channels": ["films"]}),
        (ServerSettings, {"ceiling": [8]}),
        (ServerSettings, {"ceiling": {"quality": "4K"}}),
        (ServerSettings, {"age_restricted_only": "yes"}),
        (ServerSettings, {"channel_ceilings": {"films": {}}}),
        (ServerSettings, None),
        (Limit, {"id": "l"}),
        (Limit, asdict(LIMIT) | {"set_at": "yesterday"}),
        (VideoSpec, {"prompt": "a fox", "shots": [{"prompt": "wakes"}]}),
    ],
)
def test_what_is_no_such_value_is_refused(kind: type, document: object):
    with pytest.raises(ValueError, match=r"no |invalid|not a valid|Invalid"):
        read(kind, document)
