"""The bot's messages to moderators no longer quote a person whose words are deleted."""

import json
from datetime import timedelta
from secrets import choice as choose

import pytest

from bot.errors import RuleRefusal
from bot.video.doors.settings import change
from bot.video.moderation import acts, approval, reports, rules
from bot.video.outbox import film_post
from bot.video.outbox.new_posts import approval_id, report_id
from bot.video.privacy import forgetting
from bot.video.values.contents import AuditContent
from bot.video.values.moderation import RuleAction
from bot.video.values.posts import PostKind, PostState
from bot.video.values.videos import State
from tests.video.harness import OTHER, PERSON, SERVER, Harness

MODS, AUDIT, SAM = 98, 99, 500
WHERE = (SERVER, SAM)


@pytest.fixture
async def watched(harness: Harness):
    """A server with both channels, in which words are held and refused."""
    for path, value in (("moderators_channel", MODS), ("audit_channel", AUDIT)):
        await harness.videos.moderate(change, WHERE, path, value)
    for word, action in (("war", RuleAction.HOLD), ("gore", RuleAction.REFUSE)):
        await harness.videos.moderate(
            rules.add, WHERE, name=f"no {word}", pattern=word, is_pattern=False, action=action
        )
    await harness.clock.advance(10)
    return harness


async def denied(harness: Harness) -> str:
    """A person's video that a rule held and a moderator denied."""
    task_id = await harness.ask(prompt="a war of foxes")
    await harness.clock.advance(10)
    await harness.videos.moderate(approval.deny, WHERE, task_id, "not here")
    await harness.clock.advance(10)
    return task_id


def last(harness: Harness, post_id: str):
    """A message as it was shown last."""
    return [each for each in harness.announcer.said if each.post.id == post_id][-1]


def lines(harness: Harness) -> dict[str, AuditContent]:
    """The lines in the audit channel, by action."""
    shown: dict[str, AuditContent] = {}
    for each in harness.announcer.said:
        if each.what == "remove":
            shown.pop(each.post.id, None)
        elif isinstance(each.post.content, AuditContent):
            shown[each.post.id] = each.post.content
    return {said.action: said for said in shown.values()}


async def forget(harness: Harness, user: int = PERSON) -> None:
    await forgetting.forget(harness.store.read, harness.videos.act, user, harness.clock.now())
    await harness.clock.advance(10)


async def test_the_card_of_a_held_film_is_blanked_where_it_stands(watched):
    task_id = await denied(watched)
    before = last(watched, approval_id(task_id))
    assert before.post.content.words == "war"
    assert before.card.request.spec.prompt == "a war of foxes"

    await forget(watched)

    after = last(watched, approval_id(task_id))
    assert after.what == "show"
    assert after.post.content.words == ""
    assert after.card.request.spec.prompt == ""


async def test_lines_of_the_bot_go_and_those_of_moderators_stay_without_the_person(watched):
    with pytest.raises(RuleRefusal):
        await watched.accept(prompt="gore")
    await denied(watched)
    assert {"rule_met", "refused", "denied"} <= lines(watched).keys()

    await forget(watched)

    left = lines(watched)
    assert not {"rule_met", "refused"} & left.keys()
    assert left["denied"] == AuditContent(action="denied", actor=SAM, is_forgotten=True)
    entries = await watched.store.tx(lambda books: books.audit(SERVER, limit=20))
    assert not {entry.action for entry in entries} & {"rule_met", "refused"}
    assert not any(
        entry.user_id == PERSON or "war" in entry.details
        for entry in entries
        if entry.action != "rule_added"
    )


async def test_nobody_elses_lines_and_cards_are_touched(watched):
    task_id = await watched.ask(prompt="a war of wolves", user=OTHER)
    await watched.clock.advance(10)
    said = len(watched.announcer.said)

    await forget(watched)

    assert len(watched.announcer.said) == said
    assert last(watched, approval_id(task_id)).post.content.words == "war"


async def test_words_that_rules_matched_go_with_the_prompts_when_they_are_old(watched):
    task_id = await denied(watched)
    with pytest.raises(RuleRefusal):
        await watched.accept(prompt="gore")
    await watched.clock.advance(10)
    await watched.videos.moderate(change, WHERE, "prompt_days", 1)

    await watched.clock.jump(timedelta(days=1).total_seconds())
    await watched.clock.advance_in_steps(timedelta(hours=2).total_seconds())

    entries = await watched.store.tx(lambda books: books.audit(SERVER, limit=20))
    assert {"rule_met", "refused"} <= {entry.action for entry in entries}
    assert not any("words" in json.loads(entry.details) for entry in entries)
    assert not any("words" in said.details for said in lines(watched).values())
    assert last(watched, approval_id(task_id)).post.content.words == ""


async def test_what_somebody_reported_is_forgotten_with_them(watched):
    task_id = await watched.ask(user=OTHER)
    for by in (PERSON, SAM):
        await watched.videos.act(
            reports.report,
            task_id,
            server_id=SERVER,
            by=by,
            reason=f"ugly, says {by}",
            now=watched.clock.now(),
            choose=choose,
        )
    await watched.clock.advance(10)

    await forget(watched)

    card = last(watched, report_id(task_id)).post.content
    assert [each.by for each in card.reports] == [SAM]
    entries = await watched.store.tx(lambda books: books.audit(SERVER, limit=20))
    assert [entry.actor_id for entry in entries if entry.action == "reported"] == [SAM]


async def test_a_video_under_way_when_its_person_is_forgotten_ends_as_any_and_is_then_forgotten(
    harness: Harness,
):
    task_id = await harness.ask(prompt="a fox of mine")
    await harness.clock.advance(10)
    await forget(harness)
    token = (await harness.store.tx(lambda books: books.post(f"{task_id}.reply"))).token
    harness.api.finish()
    await harness.clock.advance_in_steps(timedelta(hours=2).total_seconds())
    left = await harness.store.tx(lambda books: books.posts(task_id))

    assert token  # its card can still be edited
    assert await harness.state(task_id) is State.COMPLETED
    assert last(harness, f"{task_id}.reply").what == "show"
    assert {post.kind for post in left} == {PostKind.REPLY, PostKind.FILM}
    assert {(post.user_id, post.token) for post in left} == {(0, "")}
    assert (await harness.task(task_id)).film_url is None
    assert (await harness.videos.card(task_id)).request.spec.prompt == ""
    assert await harness.store.tx(lambda books: books.to_forget()) == {}
    assert await harness.store.tx(lambda books: books.discrepancies()) == []


async def kept(harness: Harness, task_id: str, *, state: PostState) -> None:
    """The task's video was too large for Discord, so we keep it."""
    film = await harness.store.tx(lambda books: books.find_post(task_id, PostKind.FILM))
    await harness.store.tx(film_post.note_file, film.id, kept_at="https://bot.example/films/a.mp4")
    await harness.store.tx(lambda books: books.change_post(film.id, state=state))


async def made(harness: Harness) -> str:
    task_id = await harness.ask()
    await harness.clock.advance(10)
    harness.api.finish()
    await harness.clock.advance(600)
    assert await harness.state(task_id) is State.COMPLETED
    return task_id


async def test_a_purge_still_finds_the_kept_film_of_somebody_who_was_forgotten(harness: Harness):
    task_id = await made(harness)
    await kept(harness, task_id, state=PostState.THERE)

    await forget(harness)
    await harness.videos.moderate(acts.purge, WHERE, task_id)
    await harness.clock.advance(10)

    assert harness.films.forgotten == ["https://bot.example/films/a.mp4"]


async def test_deleting_a_film_removes_the_copy_that_we_keep(harness: Harness):
    task_id = await made(harness)
    await kept(harness, task_id, state=PostState.THERE)

    await harness.videos.delete(task_id, by=PERSON, may_moderate=False)
    await harness.clock.advance(10)

    assert harness.films.forgotten == ["https://bot.example/films/a.mp4"]
    assert (await harness.posts(task_id))["film"] == "gone"


async def test_a_film_that_was_kept_for_somebodys_inbox_goes_with_them(harness: Harness):
    task_id = await made(harness)
    await kept(harness, task_id, state=PostState.INBOX)

    await forget(harness)

    assert harness.films.forgotten == ["https://bot.example/films/a.mp4"]
    assert await harness.store.tx(lambda books: books.inbox(PERSON)) == []
