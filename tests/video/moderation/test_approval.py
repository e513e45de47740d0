"""Videos that wait for a moderator, on a real database."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from bot.errors import Reason, Refusal
from bot.video.doors.settings import change
from bot.video.moderation import acts, approval
from bot.video.moderation.approval import why_held
from bot.video.moderation.cheaper import cheaper, offers
from bot.video.privacy import forgetting
from bot.video.values.asker import Asker
from bot.video.values.catalogue import Quality, Sound
from bot.video.values.posts import CARDS
from bot.video.values.prices import PRICES
from bot.video.values.settings import Approval
from bot.video.values.videos import Shot, State, VideoSpec
from tests.fakes import START
from tests.video.harness import CHANNEL, PERSON, SERVER, Harness, Start, limits

MODS, SAM = 99, 500
WHERE = (SERVER, SAM)
NEW = Asker(user_id=PERSON, channel_id=CHANNEL, joined_at=START - timedelta(days=1))


async def put(harness: Harness, path: str, value: object) -> None:
    await harness.videos.moderate(change, WHERE, path, value)


@pytest.fixture
async def strict(harness: Harness):
    """A server whose new members' videos wait for moderators."""
    await put(harness, "moderators_channel", MODS)
    await put(harness, "approval.new_days", 7)
    return harness


async def held(harness: Harness, **spec) -> str:
    """A waiting video with its reply."""
    card = await harness.accept(asker=NEW, **spec)
    await harness.videos.answered(card.task.id, message_id=500)
    await harness.clock.advance(10)
    return card.task.id


def cards(harness: Harness) -> list:
    return [each for each in harness.announcer.said if each.post.kind in CARDS]


async def test_a_held_film_is_reserved_not_sent_and_asked_about_without_a_ping(strict):
    task_id = await held(strict)

    assert await strict.state(task_id) is State.HELD
    assert strict.api.submitted == []
    assert await strict.bill() > 0
    (asked,) = cards(strict)
    assert (asked.post.channel_id, asked.post.kind, asked.ping) == (MODS, "approval", False)
    assert asked.post.content.why == "new"


async def test_an_approved_film_is_made_and_both_messages_follow(strict):
    task_id = await held(strict)

    await strict.videos.moderate(approval.approve, WHERE, task_id)
    await strict.clock.advance(10)

    assert await strict.state(task_id) is State.RUNNING
    shown = cards(strict)[-1]
    assert (shown.what, shown.card.task.state in (State.QUEUED, State.RUNNING)) == ("show", True)
    assert shown.post.content.decided_by == SAM
    assert any(
        each.what == "show" and each.post.kind == "reply" and each.card.task.state != State.HELD
        for each in strict.announcer.said
    )


async def test_a_denied_film_costs_nothing_and_keeps_the_reason(strict):
    task_id = await held(strict)

    await strict.videos.moderate(approval.deny, WHERE, task_id, "not here")
    await strict.clock.advance(10)

    task = await strict.task(task_id)
    assert (task.state, task.reason, task.error_message) == (
        State.CANCELLED,
        Reason.DENIED,
        "not here",
    )
    assert await strict.bill() == 0
    assert cards(strict)[-1].card.task.state is State.CANCELLED
    with pytest.raises(Refusal, match="not_held"):
        await strict.videos.moderate(approval.approve, WHERE, task_id)


async def test_cheaper_makes_a_new_request_and_lowers_both_ledgers(strict):
    task_id = await held(strict, duration=10, quality=Quality.HIGH, sound=Sound.ON)
    before = await strict.task(task_id)
    asked = await strict.store.tx(lambda books: books.request(before.request_id))
    spec = replace(asked.spec, quality=Quality.STANDARD, sound=Sound.OFF)

    await strict.videos.moderate(
        approval.approve_cheaper, WHERE, task_id, spec, price=PRICES.price(spec)
    )

    task = await strict.task(task_id)
    approved = await strict.store.tx(lambda books: books.request(task.request_id))
    kept = await strict.store.tx(lambda books: books.request(before.request_id))
    assert (kept, approved.spec) == (asked, spec)
    assert task.price == PRICES.price(spec) == await strict.bill()
    assert await strict.store.tx(lambda books: books.discrepancies()) == []
    await strict.clock.advance(10)
    assert strict.api.tasks["task-unified-1"].request.spec == spec


async def test_who_asked_to_be_forgotten_is_also_when_a_cheaper_film_is_approved_later(strict):
    task_id = await held(strict, duration=10, sound=Sound.ON)
    await forgetting.forget(strict.store.read, strict.videos.act, PERSON, strict.clock.now())
    await strict.clock.advance(60)
    asked = (await strict.videos.card(task_id)).request.spec
    spec = replace(asked, sound=Sound.OFF)
    await strict.videos.moderate(
        approval.approve_cheaper, WHERE, task_id, spec, price=PRICES.price(spec)
    )
    await strict.clock.advance(10)
    strict.api.finish()
    await strict.clock.advance(60)
    await forgetting.keep_promises(strict.store.read, strict.store.tx)
    assert (await strict.videos.card(task_id)).request.spec.prompt == ""


async def test_only_cheaper_ways_of_this_very_film_are_let_through(strict):
    task_id = await held(strict)
    other = VideoSpec(prompt="something else", duration=3)

    with pytest.raises(Refusal, match="not_cheaper"):
        await strict.videos.moderate(
            approval.approve_cheaper, WHERE, task_id, other, price=PRICES.price(other)
        )
    assert await strict.state(task_id) is State.HELD


async def test_what_nobody_decides_is_given_back_also_after_a_crash(start: Start):
    async with start() as harness:
        await put(harness, "approval.new_days", 7)
        task_id = await held(harness)

    async with start() as again:
        await again.clock.jump(24 * 3600 - 60)
        await again.clock.advance(120)

        task = await again.task(task_id)
        assert (task.state, task.reason) == (State.CANCELLED, Reason.APPROVAL_EXPIRED)
        assert await again.bill() == 0
        assert await again.store.tx(lambda books: books.discrepancies()) == []


async def test_the_requester_can_cancel_while_waiting_and_the_card_says_so(strict):
    task_id = await held(strict)

    await strict.videos.cancel(task_id, by=PERSON, may_moderate=False)
    await strict.clock.advance(10)

    assert cards(strict)[-1].card.task.state is State.CANCELLED


async def test_a_moderator_of_another_server_decides_nothing(strict):
    task_id = await held(strict)

    for act in (approval.approve, acts.cancel, acts.purge, acts.put_first):
        with pytest.raises(Refusal, match="unknown_film"):
            await strict.videos.moderate(act, (SERVER + 1, SAM), task_id)
    assert await strict.state(task_id) is State.HELD


@pytest.mark.parametrize(
    ("asker", "price", "why"),
    [
        (replace(NEW, joined_at=START - timedelta(days=8)), 1, None),
        (replace(NEW, joined_at=None), 1, "new"),
        (replace(NEW, may_moderate=True), 10**9, None),
        (replace(NEW, joined_at=START - timedelta(days=8), role_ids=frozenset({5})), 1, "role"),
        (replace(NEW, joined_at=START - timedelta(days=8)), 500_001, "price"),
        (replace(NEW, joined_at=START - timedelta(days=8)), 500_000, None),
    ],
)
def test_who_waits(asker, price, why):
    asked = Approval(new_days=7, roles=(5,), above=50)

    assert why_held(asked, asker, price, [], START) == why


@pytest.mark.parametrize("duration", [3, 5, 15])
@pytest.mark.parametrize("quality", Quality)
@pytest.mark.parametrize("sound", Sound)
def test_every_offer_is_the_same_film_for_less(duration, quality, sound):
    spec = VideoSpec(prompt="a fox", duration=duration, quality=quality, sound=sound)

    offers = cheaper(spec)

    assert len(offers) == len(set(offers)) <= 5
    assert all(PRICES.price(each) < PRICES.price(spec) for each in offers)
    assert {(each.prompt, each.aspect_ratio) for each in offers} <= {("a fox", spec.aspect_ratio)}
    shots = (Shot(prompt="a", seconds=duration),)
    assert {each.duration for each in cheaper(replace(spec, shots=shots))} <= {duration}


@pytest.mark.parametrize("decides", ["moderator", "requester"])
async def test_a_card_decided_while_it_is_being_posted_shows_the_decision(strict, decides):
    send = strict.announcer.send

    async def decide_and_send(post, about, **call):
        if post.kind == "approval" and decides == "moderator":
            await strict.videos.moderate(approval.approve, WHERE, post.task_id)
        elif post.kind == "approval":
            await strict.videos.cancel(post.task_id, by=PERSON, may_moderate=False)
        return await send(post, about, **call)

    strict.announcer.send = decide_and_send
    await held(strict)
    assert [each.what for each in cards(strict)][:2] == ["notice", "show"]
    assert cards(strict)[1].card.task.state is not State.HELD


async def test_what_waits_for_a_moderator_takes_no_place_among_those_in_progress(start: Start):
    async with start(limits=limits(at_once=1)) as harness:
        await put(harness, "approval.new_days", 7)
        await held(harness)
        await held(harness)

        old = replace(NEW, joined_at=START - timedelta(days=30))
        assert (await harness.accept(asker=old)).task.state is State.QUEUED
        with pytest.raises(Refusal, match="at_once"):
            await harness.accept(asker=old)


async def test_nobody_buries_the_moderators(strict):
    waiting = [await held(strict) for _ in range(5)]

    with pytest.raises(Refusal) as refused:
        await strict.accept(asker=NEW)

    assert (refused.value.reason, refused.value.facts["held"]) == ("held_enough", 5)
    await strict.videos.cancel(waiting[0], by=PERSON, may_moderate=False)
    assert (await strict.accept(asker=NEW)).task.state is State.HELD


@pytest.mark.parametrize(
    ("spec", "above", "first"),
    [
        (VideoSpec(prompt="a", duration=15, quality=Quality.HIGH, sound=Sound.ON), 100, 15),
        (VideoSpec(prompt="a", duration=15), 30, 5),
        (VideoSpec(prompt="a", duration=15), 1, 10),
        (VideoSpec(prompt="a", duration=15), None, 10),
    ],
)
def test_the_first_offer_is_the_longest_under_the_threshold(spec, above, first):
    offered = offers(spec, PRICES.price, above)

    assert offered[0].duration == first
    assert len(offered) == len(set(offered)) <= 5
    assert all(PRICES.price(each) < PRICES.price(spec) for each in offered)


def test_trust_spares_approval_but_no_rule():
    trusting = Approval(new_days=7, above=1, trusted=(PERSON,))

    assert why_held(trusting, NEW, 10**6, [], START) is None
    assert why_held(trusting, replace(NEW, user_id=1), 10**6, [], START) == "new"
