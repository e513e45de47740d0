"""What moderators do to people and videos: blocks, deletions, turns, reports and the queue."""

import secrets
from datetime import timedelta

import pytest

from bot.errors import Refusal, RuleRefusal
from bot.video.doors.settings import change
from bot.video.moderation import acts, approval, queue, reports, rules
from bot.video.outbox.new_posts import private_queue_id
from bot.video.values.contents import QueueContent
from bot.video.values.moderation import RuleAction
from bot.video.values.posts import CARDS
from bot.video.values.videos import State
from tests.fakes import START, named
from tests.video.harness import CHANNEL, OTHER, PERSON, SERVER, Harness, Start

MODS, SAM = 99, 500
WHERE = (SERVER, SAM)


async def put(harness: Harness, path: str, value: object) -> None:
    await harness.videos.moderate(change, WHERE, path, value)


async def words(harness: Harness) -> list[str]:
    entries = await harness.store.tx(lambda books: books.audit(SERVER, limit=20))
    return [entry.action for entry in reversed(entries)]


def cards(harness: Harness) -> list:
    return [each for each in harness.announcer.said if each.post.kind in CARDS]


async def add_rule(harness: Harness, word: str, action: RuleAction) -> None:
    await harness.videos.moderate(
        rules.add, WHERE, name=word, pattern=word, is_pattern=False, action=action
    )


async def test_rules_refuse_hold_and_log_and_the_audit_keeps_it(harness: Harness):
    for word, action in (("gore", "refuse"), ("war", "hold"), ("fox", "log")):
        await add_rule(harness, word, RuleAction(action))

    with pytest.raises(RuleRefusal) as refused:
        await harness.accept(prompt="fine", negative_prompt="GO\u200bRE")
    logged = await harness.accept(prompt="a fox")
    stopped = await harness.accept(prompt="a war of foxes")

    assert refused.value.facts["rule"] == "gore"
    assert logged.task.state is State.QUEUED
    assert stopped.task.state is State.HELD
    assert sorted(await words(harness)) == ["refused", *["rule_added"] * 3, *["rule_met"] * 2]


async def test_a_blocked_person_is_refused_told_in_private_and_free_again_in_time(harness: Harness):
    block = {"length": timedelta(hours=1), "reason": "spam", "server": "Film club"}
    await harness.videos.moderate(acts.block, WHERE, PERSON, **block)
    await harness.clock.advance(1)

    with pytest.raises(RuleRefusal) as refused:
        await harness.accept()
    assert refused.value.retry_at == START + timedelta(hours=1)
    (told,) = [each for each in harness.announcer.of("notice") if each.post.user_id == PERSON]
    assert (told.post.rung, named(told.post.content)[0], told.ping) == (
        "dm",
        "person.blocked",
        False,
    )
    assert (await harness.accept(user=OTHER)).task.state is State.QUEUED

    await harness.clock.advance_in_steps(3600)
    assert (await harness.accept()).task.state is State.QUEUED
    with pytest.raises(Refusal, match="not_blocked"):
        await harness.videos.moderate(acts.unblock, WHERE, PERSON, server="Film club")


async def test_a_purged_film_is_removed_everywhere_and_its_message_only_once(harness: Harness):
    task_id = await harness.ask()
    await harness.clock.advance(10)
    harness.api.finish()
    await harness.clock.advance(60)
    assert (await harness.posts(task_id))["film"] == "there"

    await harness.videos.moderate(acts.purge, WHERE, task_id)
    await harness.clock.advance(10)
    await harness.videos.moderate(acts.purge, WHERE, task_id)
    await harness.clock.advance(10)

    assert len(harness.announcer.of("remove")) == 1
    assert (await harness.posts(task_id))["film"] == "gone"
    assert (await harness.task(task_id)).deleted_by == SAM


async def test_the_copy_of_a_film_too_large_for_discord_goes_too(harness: Harness):
    harness.announcer.limit = 10
    task_id = await harness.ask()
    await harness.clock.advance(10)
    harness.api.finish()
    await harness.clock.advance(60)

    await harness.videos.moderate(acts.purge, WHERE, task_id)
    await harness.clock.advance(10)

    assert harness.films.forgotten == [f"https://bot.example/films/{task_id}.mp4"]


async def test_a_film_purged_while_it_is_made_is_never_posted(harness: Harness):
    task_id = await harness.ask()
    await harness.clock.advance(10)

    await harness.videos.moderate(acts.purge, WHERE, task_id)
    harness.api.finish()
    await harness.clock.advance(120)

    assert await harness.state(task_id) is State.COMPLETED
    assert harness.announcer.of("film") == []


async def test_what_is_put_first_is_made_next_in_its_server(start: Start):
    async with start(slots=1) as harness:
        for _ in range(3):
            await harness.ask()
        last = await harness.ask(user=OTHER)
        await harness.videos.moderate(acts.put_first, WHERE, last)
        await harness.clock.advance(10)

        assert harness.api.submitted == [last]


async def test_hold_and_release_stop_a_waiting_film_and_let_it_go_on(harness: Harness):
    task_id = await harness.ask()

    await harness.videos.moderate(approval.hold, WHERE, task_id)
    await harness.clock.advance(60)
    assert harness.api.submitted == []
    await harness.videos.moderate(approval.approve, WHERE, task_id)
    await harness.clock.advance(10)

    assert harness.api.submitted == [task_id]
    assert await words(harness) == ["held", "approved"]


async def test_reports_gather_on_one_card_and_a_new_one_reopens_it(harness: Harness):
    await put(harness, "moderators_channel", MODS)
    task_id = await harness.ask()

    async def report(by: int) -> None:
        await harness.videos.act(
            reports.report,
            task_id,
            server_id=SERVER,
            by=by,
            reason="ugly",
            now=harness.clock.now(),
            choose=secrets.choice,
        )
        await harness.clock.advance(5)

    await report(1)
    with pytest.raises(Refusal, match="already_reported"):
        await report(1)
    await harness.videos.moderate(reports.dismiss, WHERE, task_id)
    await harness.clock.advance(5)
    assert cards(harness)[-1].post.content.dismissed_by == SAM
    await report(2)

    content = cards(harness)[-1].post.content
    assert [each.by for each in content.reports] == [1, 2]
    assert content.dismissed_by is None
    assert len({each.post.id for each in cards(harness)}) == 1


async def test_the_queue_in_the_channel_follows_with_one_edit_for_many_changes(harness: Harness):
    await put(harness, "moderators_channel", MODS)
    await harness.videos.moderate(queue.pin, WHERE)
    await harness.clock.advance(5)
    assert cards(harness)[-1].post.channel_id == MODS

    ids = [await harness.ask(user=user) for user in (1, 2, 3, 4)]
    await harness.clock.advance(20)
    shown = cards(harness)[-1].post.content
    edits = len(cards(harness))
    await harness.clock.advance(200)

    assert {row.task_id for row in shown.rows} == set(ids)
    assert edits <= 8
    assert len(cards(harness)) == edits


async def test_a_private_queue_closes_before_its_token_does(harness: Harness):
    until = harness.clock.now() + timedelta(minutes=15)
    await harness.videos.act(
        queue.follow,
        SERVER,
        777,
        QueueContent(locale="es-ES"),
        channel_id=CHANNEL,
        application_id=7,
        token="t",
        token_until=until,
    )
    await harness.ask()
    await harness.clock.advance(13 * 60)
    assert not cards(harness)[-1].post.content.is_closed

    await harness.clock.advance(60)

    last = cards(harness)[-1]
    assert last.post.content == QueueContent(is_closed=True, locale="es-ES")
    assert last.post.rung == "token"
    await harness.clock.advance(120)
    post = await harness.store.tx(lambda books: books.post(private_queue_id(777)))
    assert (post.state, post.token) == ("gone", "")
