"""The audit as moderators look through it: `/moderate audit`, its pages and its file."""

import csv
import re
import secrets
from datetime import timedelta
from typing import Any

import pytest

from bot.playground.guild import Message, NotPossible
from bot.ui.items import Verb
from bot.video.doors.cards import Cards
from bot.video.life.settling import begin_sending
from bot.video.outbox.new_posts import reply_id
from bot.video.servers.audit import record
from tests.cogs.harness import Harness, dealt_with, shown
from tests.cogs.steps import asked, buttons, finished, moderate, person, put


async def audit(harness: Harness, who: str = "olga", **values: Any) -> Message:
    return await shown(await harness.discord.actor(who).command("films", "moderate audit", values))


async def file_of(harness: Harness, message: Message) -> list[list[str]]:
    olga = harness.discord.actor("olga")
    await (await olga.press(message, label="As a file")).responded()
    await dealt_with()
    told = olga.messages("films")[-1]
    assert told.only_for == olga.user.id
    (file,) = told.attachments
    return list(csv.reader(file.path.read_text("utf-8-sig").splitlines()))


async def test_a_block_is_found_by_either_person_and_by_its_act_with_its_end(
    harness: Harness,
) -> None:
    maya, leo, sam = (person(harness, name) for name in ("maya", "leo", "sam"))
    earliest = harness.clock.now() + timedelta(days=1)
    await moderate(harness, "block", {"member": maya, "duration": "day", "reason": "spam"})
    latest = harness.clock.now() + timedelta(days=1)
    await moderate(harness, "block", {"member": leo})

    of_maya, by_sam = await audit(harness, member=maya), await audit(harness, member=sam)
    blocks, reports = await audit(harness, act="blocks"), await audit(harness, act="reports")

    assert of_maya.only_for is not None
    said = re.search(rf"<@{sam}> blocked <@{maya}>: spam · until <t:(\d+):f>", of_maya.text)
    assert said is not None
    assert int(earliest.timestamp()) <= int(said[1]) <= latest.timestamp()
    assert f"<@{leo}>" not in of_maya.text
    for found in (by_sam, blocks):
        assert f"blocked <@{maya}>" in found.text
        assert f"blocked <@{leo}>" in found.text
    assert "Nothing found" in reports.text


async def test_days_narrow_it_down(harness: Harness) -> None:
    await moderate(harness, "block", {"member": person(harness, "maya")})
    today = harness.clock.now().date()

    assert "blocked" in (await audit(harness, since=str(today))).text
    later = await audit(harness, since=str(today + timedelta(days=2)))
    assert "Nothing found" in later.text
    assert "2026-11-23" in (await audit(harness, since="yesterday")).text


async def test_a_line_links_to_the_video_or_else_to_where_it_was_asked_for(
    harness: Harness,
) -> None:
    film = await finished(harness)
    task_id = (await harness.film()).task.id
    server, films = (
        harness.discord.world.guild("Film club").id,
        harness.discord.world.channel("films").id,
    )
    await put(harness, "audit_channel", harness.discord.world.channel("mods").id)
    sam = harness.discord.actor("sam")
    sent = await sam.command("films", "moderate purge", {"video": task_id})
    asks = (await sent.responded()).modal
    assert asks is not None
    before = await audit(harness)
    assert "purged" not in before.text
    await shown(await sam.submit(asks, {}))

    text = (await audit(harness)).text
    base = f"https://discord.com/channels/{server}/{films}"

    assert f"[`{task_id}`]({base}/" in text
    assert film.channel_id == films


async def test_pages_turn_in_place_and_keep_what_is_sought(harness: Harness) -> None:
    for number in range(10):
        await put(harness, "budget", number)
    olga = harness.discord.actor("olga")
    first = await audit(harness, act="settings", member=person(harness, "sam"))

    second = await shown(await olga.press(first, label="Older"))
    back = await shown(await olga.press(second, label="Newer"))

    changes = [f" {each} credits → {each + 1} credits" for each in range(9)]
    assert [sum(each in page.text for page in (first, second)) for each in changes] == [1] * 9
    assert "Page 2" in second.text
    assert second.id == first.id
    assert back.text == first.text


async def test_all_that_is_sought_comes_as_a_file(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.video.doors.audit.READ", 3)
    for number in range(10):
        await put(harness, "budget", number)
    maya, sam = person(harness, "maya"), person(harness, "sam")
    await moderate(harness, "block", {"member": maya, "duration": "week"})

    blocks = await file_of(harness, await audit(harness, act="blocks"))
    everything = await file_of(harness, await audit(harness))

    heading, (time, act, by, actor, member, name, video, message, until, text) = blocks
    assert heading[:2] == ["Time (UTC)", "Act"]
    assert (act, by, member, video, message) == ("blocked", f"<@{sam}>", f"<@{maya}>", "", "")
    assert (actor, name) == ("Sam", "Maya")
    assert until > time
    assert "blocked" in text
    assert len(everything) == 1 + 11


async def test_a_file_that_takes_no_more_says_so(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        await put(harness, "budget", number)
    found = await audit(harness)
    monkeypatch.setattr("bot.ui.tables.SIZE_LIMIT", 500)

    rows = await file_of(harness, found)

    assert 1 < len(rows) < 4
    assert "more don't fit" in harness.discord.actor("olga").messages("films")[-1].text


async def test_who_may_not_moderate_neither_looks_nor_turns_nor_takes_it_along(
    harness: Harness,
) -> None:
    await put(harness, "budget", 5)
    maya = harness.discord.actor("maya")

    with pytest.raises(NotPossible):
        await maya.command("films", "moderate audit")
    for verb, subject in ((Verb.AUDIT, "0...."), (Verb.AUDIT_FILE, "....")):
        drawn = await buttons(harness, verb, task_id=subject)
        told = await shown(await maya.press(drawn, label=verb.value))
        assert "Moderate Members" in told.text
        assert told.attachments == ()


@pytest.mark.parametrize("subject", ["0..nothing..", "0...20261301.", "0....20260230"])
async def test_what_is_sought_in_a_forged_button_is_refused_in_words(
    harness: Harness, subject: str
) -> None:
    await put(harness, "moderators_channel", harness.discord.world.channel("films").id)
    drawn = await buttons(harness, Verb.AUDIT, task_id=subject)

    told = await shown(await harness.discord.actor("olga").press(drawn, label=Verb.AUDIT.value))

    assert "date" in told.text or "choice" in told.text


async def test_another_servers_entries_are_not_seen(harness: Harness) -> None:
    await asked(harness)
    now = harness.clock.now()
    await harness.store.tx(
        lambda books: record(
            books, "unblocked", choose=secrets.choice, now=now, server_id=5, actor_id=7, user_id=8
        )
    )

    assert "Nothing found" in (await audit(harness)).text


async def test_a_line_about_a_rule_links_to_a_video_whose_message_came_after_it(
    harness: Harness,
) -> None:
    await put(harness, "audit_channel", harness.discord.world.channel("mods").id)
    rule = {"name": "fox", "word": "fox", "action": "log"}
    await shown(await harness.discord.actor("sam").command("mods", "rules add", rule))
    await asked(harness)
    task_id = (await harness.film()).task.id
    owed = await harness.store.tx(lambda books: books.survey().owed)
    posts = [await harness.store.tx(lambda books, id=each.post_id: books.post(id)) for each in owed]
    (line,) = [each for each in posts if "rule_met" in str(each.content)]
    assert line.due_at > harness.clock.now()

    begun = await harness.store.tx(begin_sending, Cards(slots=3, clock=harness.clock), line.id)

    reply = await harness.store.tx(lambda books: books.post(reply_id(task_id)))
    assert reply.message_id is not None
    assert begun.post.content.message == (reply.server_id, reply.channel_id, reply.message_id)
