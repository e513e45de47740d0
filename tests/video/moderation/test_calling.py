"""Whom a server calls for held and reported videos, and when it stays quiet."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.video.doors.settings import change
from bot.video.moderation import approval, reports
from bot.video.values.asker import Asker
from bot.video.values.calls import Calls
from bot.video.values.contents import CallContent
from bot.video.values.posts import CARDS
from tests.video.harness import CHANNEL, PERSON, SERVER, Harness

MODS, SAM, ROLE = 99, 500, 77
WHERE = (SERVER, SAM)


def asker(user: int = PERSON) -> Asker:
    return Asker(user_id=user, channel_id=CHANNEL, role_ids=frozenset({5}))


async def put(harness: Harness, path: str, value: object) -> None:
    await harness.videos.moderate(change, WHERE, path, value)


@pytest.fixture
async def calling(harness: Harness) -> Harness:
    await put(harness, "moderators_channel", MODS)
    await put(harness, "approval.above", 1)
    await put(harness, "calls.role", ROLE)
    return harness


async def quiet(harness: Harness, hours: int) -> None:
    """Quiet from now on, for some hours."""
    await put(harness, "calls.quiet_from", harness.clock.now().hour)
    await put(harness, "calls.quiet_to", (harness.clock.now().hour + hours) % 24)


async def held(harness: Harness, user: int = PERSON) -> str:
    card = await harness.accept(user=user, asker=asker(user))
    await harness.videos.answered(card.task.id, message_id=500 + user)
    await harness.clock.advance(10)
    return card.task.id


def pings(harness: Harness) -> list[int]:
    """The roles that were pinged, one per message."""
    said = harness.announcer.said
    return [each.post.content.calls for each in said if each.ping and each.post.content.calls]


def calls(harness: Harness) -> list[CallContent]:
    said = [each.post.content for each in harness.announcer.said]
    return [each for each in said if isinstance(each, CallContent)]


async def test_a_card_pings_the_role_and_says_what_decided(calling: Harness) -> None:
    await held(calling)

    (card,) = [each for each in calling.announcer.said if each.post.kind in CARDS]
    content: Any = card.post.content
    assert (card.ping, content.calls, content.above) == (True, ROLE, 1)


async def test_a_crowd_of_held_videos_pings_once_in_five_minutes(calling: Harness) -> None:
    for user in (101, 102, 103):
        await held(calling, user)
    assert pings(calling) == [ROLE]

    await calling.clock.advance(300)
    await held(calling, 104)
    assert pings(calling) == [ROLE, ROLE]


async def test_a_report_calls_too_but_each_further_report_on_its_card_does_not(
    calling: Harness,
) -> None:
    await put(calling, "approval.above", None)
    task_id = await held(calling)
    for by in (201, 202):
        await calling.videos.act(
            reports.report, task_id, server_id=SERVER, by=by, reason="",
            now=calling.clock.now(), choose=secrets.choice,
        )  # fmt: skip
        await calling.clock.advance(400)

    assert pings(calling) == [ROLE]


async def test_quiet_hours_end_with_one_ping_for_all_that_still_waits(calling: Harness) -> None:
    await quiet(calling, 8)
    await held(calling, 101)
    await held(calling, 102)
    await calling.clock.advance_in_steps(6 * 3600)
    assert pings(calling) == []
    await calling.clock.advance_in_steps(3 * 3600)

    assert pings(calling) == [ROLE]
    assert [each.waiting for each in calls(calling)] == [2]


async def test_quiet_hours_end_without_a_word_if_all_was_decided(calling: Harness) -> None:
    await quiet(calling, 2)
    task_id = await held(calling)
    await calling.videos.moderate(approval.approve, WHERE, task_id)
    await calling.clock.advance_in_steps(3 * 3600)

    assert (pings(calling), calls(calling)) == ([], [])


async def test_nobody_is_called_after_quiet_hours_if_the_role_was_taken_away(
    calling: Harness,
) -> None:
    await quiet(calling, 2)
    await held(calling)
    await put(calling, "calls.role", None)
    await calling.clock.advance_in_steps(3 * 3600)

    assert (pings(calling), calls(calling)) == ([], [])


async def test_a_card_that_moves_to_another_channel_does_not_ping_again(calling: Harness) -> None:
    await held(calling)
    await put(calling, "moderators_channel", MODS + 1)
    await calling.clock.advance(10)

    assert calling.announcer.said[-1].post.channel_id == MODS + 1
    assert pings(calling) == [ROLE]


@pytest.mark.parametrize(
    ("begins", "ends", "offset", "hour", "until"),
    [
        (22, 7, 0, 23, 31), (22, 7, 0, 3, 7), (22, 7, 0, 7, None), (9, 17, 0, 12, 17),
        (9, 17, 0, 17, None), (22, 7, 2, 20, 29), (22, 7, -5, 2, None), (22, 7, -5, 3, 12),
        (5, 5, 0, 5, None), (None, 7, 0, 3, None), (22, None, 0, 23, None),
    ],
)  # fmt: skip
def test_quiet_hours_go_over_midnight_and_follow_their_time_zone(
    begins: int | None, ends: int | None, offset: int, hour: int, until: int | None
) -> None:
    day = datetime(2026, 3, 1, tzinfo=UTC)
    found = Calls(quiet_from=begins, quiet_to=ends, utc_offset=offset)

    ended = found.quiet_until(day + timedelta(hours=hour, minutes=12))

    assert ended == (None if until is None else day + timedelta(hours=until))
