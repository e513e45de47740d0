"""Films that wait for a moderator, blocks, purges and turns, on a real database."""

import json
import secrets
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import Refusal, RuleRefusal
from bot.video.asker import Asker
from bot.video.limits.measures import RuleAction
from bot.video.models import Quality, Shot, Sound, State, VideoSpec
from bot.video.moderation import acts, approval, reports, rules
from bot.video.moderation import desk as queue
from bot.video.moderation.approval import cheaper, why_held
from bot.video.prices import PRICES
from bot.video.servers import privacy
from bot.video.servers.changes import change
from bot.video.servers.settings import Approval
from tests.fakes import START
from tests.video.conftest import CHANNEL, OTHER, PERSON, SERVER

MODS, SAM = 99, 500
WHERE = (SERVER, SAM)
NEW = Asker(user_id=PERSON, channel_id=CHANNEL, joined_at=START - timedelta(days=1))


async def put(desk, path: str, value: object) -> None:
    await desk.studio.moderate(change, WHERE, path, value)


@pytest.fixture
async def strict(desk):
    """A server whose new members' films wait for the moderators."""
    await put(desk, "moderators_channel", MODS)
    await put(desk, "approval.new_days", 7)
    return desk


async def held(desk, **spec) -> str:
    """A film that waits, its reply there."""
    card = await desk.studio.accept(
        desk.request(**spec), reply=desk.reply_to(), answer_by=None, asker=NEW
    )
    await desk.studio.answered(card.task.id, message_id=500)
    await desk.clock.advance(10)
    return card.task.id


async def words(desk) -> list[str]:
    entries = await desk.store.tx(lambda books: books.audit(SERVER, limit=20))
    return [entry.action for entry in reversed(entries)]


def cards(desk) -> list:
    return [each for each in desk.announcer.said if each.post.kind == "card"]


async def test_a_held_film_is_reserved_not_sent_and_asked_about_without_a_ping(strict):
    task_id = await held(strict)

    assert await strict.state(task_id) is State.HELD
    assert strict.api.submitted == []
    assert await strict.bill() > 0
    (asked,) = cards(strict)
    assert (asked.post.channel_id, asked.post.subject, asked.ping) == (MODS, "approval", False)
    assert json.loads(asked.post.content)["why"] == "new"


async def test_an_approved_film_is_made_and_both_messages_follow(strict):
    task_id = await held(strict)

    await strict.studio.moderate(approval.approve, WHERE, task_id)
    await strict.clock.advance(10)

    assert await strict.state(task_id) is State.RUNNING
    shown = cards(strict)[-1]
    assert (shown.what, shown.card.task.state in (State.QUEUED, State.RUNNING)) == ("show", True)
    assert json.loads(shown.post.content)["by"] == SAM
    assert any(
        each.what == "show" and each.post.kind == "reply" and each.card.task.state != State.HELD
        for each in strict.announcer.said
    )


async def test_a_denied_film_costs_nothing_and_keeps_the_reason(strict):
    task_id = await held(strict)

    await strict.studio.moderate(approval.deny, WHERE, task_id, "not here")
    await strict.clock.advance(10)

    task = await strict.task(task_id)
    assert (task.state, task.error_code, task.error_message) == (
        State.CANCELLED,
        "denied",
        "not here",
    )
    assert await strict.bill() == 0
    assert cards(strict)[-1].card.task.state is State.CANCELLED
    with pytest.raises(Refusal, match="not_held"):
        await strict.studio.moderate(approval.approve, WHERE, task_id)


async def test_cheaper_makes_a_new_request_and_lowers_both_ledgers(strict):
    task_id = await held(strict, duration=10, quality=Quality.HIGH, sound=Sound.ON)
    before = await strict.task(task_id)
    asked = await strict.store.tx(lambda books: books.request(before.request_id))
    spec = replace(asked.spec, quality=Quality.STANDARD, sound=Sound.OFF)

    await strict.studio.moderate(
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
    await strict.studio.act(privacy.forget, PERSON, strict.clock.now())
    await strict.clock.advance(60)
    asked = (await strict.studio.card(task_id)).request.spec
    spec = replace(asked, sound=Sound.OFF)
    await strict.studio.moderate(
        approval.approve_cheaper, WHERE, task_id, spec, price=PRICES.price(spec)
    )
    await strict.clock.advance(10)
    strict.api.finish()
    await strict.clock.advance(60)
    await strict.store.tx(privacy.keep_promises)
    assert (await strict.studio.card(task_id)).request.spec.prompt == ""


async def test_only_cheaper_ways_of_this_very_film_are_let_through(strict):
    task_id = await held(strict)
    other = VideoSpec(prompt="something else", duration=3)

    with pytest.raises(Refusal, match="not_cheaper"):
        await strict.studio.moderate(
            approval.approve_cheaper, WHERE, task_id, other, price=PRICES.price(other)
        )
    assert await strict.state(task_id) is State.HELD


async def test_what_nobody_decides_is_given_back_also_after_a_crash(start):
    async with start() as desk:
        await put(desk, "approval.new_days", 7)
        task_id = await held(desk)

    async with start() as again:
        await again.clock.jump(24 * 3600 - 60)
        await again.clock.advance(120)

        task = await again.task(task_id)
        assert (task.state, task.error_code) == (State.CANCELLED, "approval_expired")
        assert await again.bill() == 0
        assert await again.store.tx(lambda books: books.discrepancies()) == []


async def test_the_requester_can_cancel_while_waiting_and_the_card_says_so(strict):
    task_id = await held(strict)

    await strict.studio.cancel(task_id, by=PERSON, may_moderate=False)
    await strict.clock.advance(10)

    assert cards(strict)[-1].card.task.state is State.CANCELLED


async def test_a_moderator_of_another_server_decides_nothing(strict):
    task_id = await held(strict)

    for act in (approval.approve, acts.cancel, acts.purge, acts.put_first):
        with pytest.raises(Refusal, match="unknown_film"):
            await strict.studio.moderate(act, (SERVER + 1, SAM), task_id)
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


async def add_rule(desk, word: str, action: RuleAction) -> None:
    await desk.studio.moderate(
        rules.add, WHERE, name=word, pattern=word, is_pattern=False, action=action
    )


async def test_rules_refuse_hold_and_log_and_the_audit_keeps_it(desk):
    for word, action in (("gore", "refuse"), ("war", "hold"), ("fox", "log")):
        await add_rule(desk, word, RuleAction(action))

    with pytest.raises(RuleRefusal) as refused:
        await desk.accept(prompt="fine", negative_prompt="GO\u200bRE")
    logged = await desk.accept(prompt="a fox")
    stopped = await desk.accept(prompt="a war of foxes")

    assert refused.value.facts["rule"] == "gore"
    assert logged.task.state is State.QUEUED
    assert stopped.task.state is State.HELD
    assert sorted(await words(desk)) == ["refused", *["rule_added"] * 3, *["rule_met"] * 2]


async def test_a_blocked_person_is_refused_told_in_private_and_free_again_in_time(desk):
    block = {"length": timedelta(hours=1), "reason": "spam", "server": "Film club"}
    await desk.studio.moderate(acts.block, WHERE, PERSON, **block)
    await desk.clock.advance(1)

    with pytest.raises(RuleRefusal) as refused:
        await desk.accept()
    assert refused.value.retry_at == START + timedelta(hours=1)
    (told,) = [each for each in desk.announcer.of("notice") if each.post.user_id == PERSON]
    assert (told.post.rung, told.post.subject, told.ping) == ("dm", "person.blocked", False)
    assert (await desk.accept(user=OTHER)).task.state is State.QUEUED

    await desk.clock.advance(3600)
    assert (await desk.accept()).task.state is State.QUEUED
    with pytest.raises(Refusal, match="not_blocked"):
        await desk.studio.moderate(acts.unblock, WHERE, PERSON, server="Film club")


async def test_a_purged_film_is_removed_everywhere_and_its_message_only_once(desk):
    task_id = await desk.ask()
    await desk.clock.advance(10)
    desk.api.finish()
    await desk.clock.advance(60)
    assert (await desk.posts(task_id))["film"] == "there"

    await desk.studio.moderate(acts.purge, WHERE, task_id)
    await desk.clock.advance(10)
    await desk.studio.moderate(acts.purge, WHERE, task_id)
    await desk.clock.advance(10)

    assert len(desk.announcer.of("remove")) == 1
    assert (await desk.posts(task_id))["film"] == "gone"
    assert (await desk.task(task_id)).deleted_by == SAM


async def test_the_copy_of_a_film_too_large_for_discord_goes_too(desk):
    desk.announcer.limit = 10
    task_id = await desk.ask()
    await desk.clock.advance(10)
    desk.api.finish()
    await desk.clock.advance(60)

    await desk.studio.moderate(acts.purge, WHERE, task_id)
    await desk.clock.advance(10)

    assert desk.films.forgotten == [f"https://bot.example/films/{task_id}.mp4"]


async def test_a_film_purged_while_it_is_made_is_never_posted(desk):
    task_id = await desk.ask()
    await desk.clock.advance(10)

    await desk.studio.moderate(acts.purge, WHERE, task_id)
    desk.api.finish()
    await desk.clock.advance(120)

    assert await desk.state(task_id) is State.COMPLETED
    assert desk.announcer.of("film") == []


async def test_what_is_put_first_is_made_next_in_its_server(start):
    async with start(slots=1) as desk:
        for _ in range(3):
            await desk.ask()
        last = await desk.ask(user=OTHER)
        await desk.studio.moderate(acts.put_first, WHERE, last)
        await desk.clock.advance(10)

        assert desk.api.submitted == [last]


async def test_hold_and_release_stop_a_waiting_film_and_let_it_go_on(desk):
    task_id = await desk.ask()

    await desk.studio.moderate(approval.hold, WHERE, task_id)
    await desk.clock.advance(60)
    assert desk.api.submitted == []
    await desk.studio.moderate(approval.approve, WHERE, task_id)
    await desk.clock.advance(10)

    assert desk.api.submitted == [task_id]
    assert await words(desk) == ["held", "approved"]


async def test_reports_gather_on_one_card_and_a_new_one_reopens_it(desk):
    await put(desk, "moderators_channel", MODS)
    task_id = await desk.ask()

    async def report(by: int) -> None:
        await desk.studio.act(
            reports.report,
            task_id,
            server_id=SERVER,
            by=by,
            reason="ugly",
            now=desk.clock.now(),
            choose=secrets.choice,
        )
        await desk.clock.advance(5)

    await report(1)
    with pytest.raises(Refusal, match="already_reported"):
        await report(1)
    await desk.studio.moderate(reports.dismiss, WHERE, task_id)
    await desk.clock.advance(5)
    assert json.loads(cards(desk)[-1].post.content)["dismissed_by"] == SAM
    await report(2)

    content = json.loads(cards(desk)[-1].post.content)
    assert [each["by"] for each in content["reports"]] == [1, 2]
    assert "dismissed_by" not in content
    assert len({each.post.id for each in cards(desk)}) == 1


async def test_the_queue_in_the_channel_follows_with_one_edit_for_many_changes(desk):
    await put(desk, "moderators_channel", MODS)
    await desk.studio.moderate(queue.stand, WHERE)
    await desk.clock.advance(5)
    assert cards(desk)[-1].post.channel_id == MODS

    ids = [await desk.ask(user=user) for user in (1, 2, 3, 4)]
    await desk.clock.advance(20)
    shown = json.loads(cards(desk)[-1].post.content)
    edits = len(cards(desk))
    await desk.clock.advance(200)

    assert {row["task"] for row in shown["rows"]} == set(ids)
    assert edits <= 8
    assert len(cards(desk)) == edits


async def test_a_private_queue_closes_before_its_token_does(desk):
    until = desk.clock.now() + timedelta(minutes=15)
    await desk.studio.act(
        queue.follow,
        SERVER,
        777,
        {"page": 0, "rows": [], "more": False, "locale": "es-ES"},
        channel_id=CHANNEL,
        application_id=7,
        token="t",
        token_until=until,
    )
    await desk.ask()
    await desk.clock.advance(13 * 60)
    assert not json.loads(cards(desk)[-1].post.content).get("closed")

    await desk.clock.advance(60)

    last = cards(desk)[-1]
    assert json.loads(last.post.content) == {"closed": True, "locale": "es-ES"}
    assert last.post.rung == "token"
    await desk.clock.advance(120)
    post = await desk.store.tx(lambda books: books.post(queue.private_id(777)))
    assert (post.state, post.token) == ("gone", "")


@pytest.mark.parametrize("decides", ["moderator", "requester"])
async def test_a_card_decided_while_it_is_being_posted_shows_the_decision(strict, decides):
    send = strict.announcer.send_notice

    async def decide_and_send(post, card, *, ping):
        if post.kind == "card" and decides == "moderator":
            await strict.studio.moderate(approval.approve, WHERE, post.task_id)
        elif post.kind == "card":
            await strict.studio.cancel(post.task_id, by=PERSON, may_moderate=False)
        return await send(post, card, ping=ping)

    strict.announcer.send_notice = decide_and_send
    await held(strict)
    assert [each.what for each in cards(strict)][:2] == ["notice", "show"]
    assert cards(strict)[1].card.task.state is not State.HELD
