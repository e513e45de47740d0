"""What moderators do to people and films: blocks, purges, turns, reports and the queue."""

import json
import secrets
from datetime import timedelta

import pytest

from bot.errors import Refusal, RuleRefusal
from bot.video.doors.settings import change
from bot.video.moderation import acts, approval, reports, rules
from bot.video.moderation import desk as queue
from bot.video.values.moderation import RuleAction
from bot.video.values.videos import State
from tests.fakes import START
from tests.video.conftest import CHANNEL, OTHER, PERSON, SERVER

MODS, SAM = 99, 500
WHERE = (SERVER, SAM)


async def put(desk, path: str, value: object) -> None:
    await desk.studio.moderate(change, WHERE, path, value)


async def words(desk) -> list[str]:
    entries = await desk.store.tx(lambda books: books.audit(SERVER, limit=20))
    return [entry.action for entry in reversed(entries)]


def cards(desk) -> list:
    return [each for each in desk.announcer.said if each.post.kind == "card"]


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
