"""`/moderate pause` and its buttons, used by a moderator, a member and a forger."""

from datetime import datetime, timedelta

import pytest

from bot.errors import Refusal
from bot.playground.guild import NotPossible
from bot.ui.items import Verb
from bot.video.doors.settings import MOST_PAUSED, pause
from bot.video.ports.books import Books
from bot.video.servers.pauses import Paused
from bot.video.values.settings import ServerSettings
from bot.video.values.videos import State
from bot.video.values.waiting import Halt
from tests.cogs.harness import Harness, shown
from tests.cogs.steps import FOX, answered, ask, asked, buttons, finished, put, settle_posts


async def settings(harness: Harness) -> ServerSettings:
    server_id = harness.discord.world.guild("Film club").id
    return await harness.store.tx(lambda books: books.settings(server_id))


async def test_a_raid_is_paused_and_ended_with_one_button(harness: Harness) -> None:
    sam = harness.discord.actor("sam")
    card = await shown(await sam.command("films", "moderate pause"))
    assert card.only_for == sam.user.id
    assert "Nothing is paused" in card.text

    paused = await shown(await sam.press(card, label="Pause this server"))
    assert "paused in the whole server" in paused.text
    refused = await shown(await ask(harness))
    assert "A moderator paused videos in this server" in refused.text
    assert "a fox in the snow" in refused.text
    assert refused.only_for is not None
    assert await harness.films() == []

    again = await shown(await sam.press(paused, label="Resume this server"))
    assert "Nothing is paused" in again.text
    await asked(harness)
    done = await shown(await sam.command("films", "moderate audit"))
    assert "paused videos in the whole server, until a moderator resumes them" in done.text
    assert "resumed videos in the whole server" in done.text


async def test_an_undone_pause_reads_like_an_ended_one(harness: Harness) -> None:
    await put(harness, "paused", True)
    sam = harness.discord.actor("sam")
    panel = await shown(await sam.command("mods", "settings", {"page": "audit"}))
    undone = await shown(await sam.press(panel, label="Undo"))

    assert f"<@{sam.user.id}> resumed videos in the whole server" in undone.text
    assert "→" not in undone.text


async def test_one_channel_is_paused_and_others_go_on(harness: Harness) -> None:
    sam = harness.discord.actor("sam")
    card = await shown(await sam.command("films", "moderate pause"))
    paused = await shown(await sam.press(card, label="Pause this channel"))
    films = harness.discord.world.channel("films").id
    assert f"<#{films}>" in paused.text
    assert "in this channel" in (await shown(await ask(harness))).text

    elsewhere = await sam.command("general", "video", {"prompt": "a fox"})
    assert (await shown(elsewhere)).only_for is None
    await shown(await sam.press(paused, label="Resume this channel"))
    assert await settings(harness) == ServerSettings()
    done = await shown(await sam.command("films", "moderate audit"))
    assert f"paused videos in <#{films}>, until a moderator resumes them" in done.text
    assert f"resumed videos in <#{films}>" in done.text


@pytest.mark.parametrize(
    ("path", "label"),
    [("paused", "Resume this server"), ("paused_channels", "Resume this channel")],
)
async def test_who_may_end_a_pause_can_end_it_where_it_refuses(
    harness: Harness, path: str, label: str
) -> None:
    discord = harness.discord
    sam, films = discord.actor("sam"), discord.world.channel("films").id
    thread = discord.places.thread("films", "talk", by="maya", members=["video"])
    await put(harness, path, True if path == "paused" else [films])
    refused = await shown(await sam.command(thread.id, "video", FOX))
    card = await answered(await sam.press(refused, label=label))
    assert "Nothing is paused" in card.text
    assert await settings(harness) == ServerSettings()
    (now,) = [each for each in sam.messages(thread.id) if each.id == refused.id]
    assert list(now.buttons) == ["Open the form again"]
    opened = await (await sam.press(refused, label="Open the form again")).responded()
    assert opened.modal is not None
    assert "a fox in the snow" in str(opened.modal.components)


async def test_who_may_not_end_a_pause_is_offered_nothing(harness: Harness) -> None:
    await put(harness, "paused", True)
    assert "Resume" not in str((await shown(await ask(harness))).components)


async def test_a_refused_again_offers_the_way_on(harness: Harness) -> None:
    reply = await finished(harness)
    await put(harness, "paused", True)
    refused = await shown(await harness.discord.actor("sam").press(reply, label="Again"))
    assert "Resume this server" in str(refused.components)


async def test_what_waits_in_a_thread_waits_with_its_channel(harness: Harness) -> None:
    discord, places = harness.discord, harness.discord.places
    threads = [
        places.thread("films", name, by="maya", private=private, members=["video"])
        for name, private in (("plans", True), ("talk", False))
    ]
    for thread in threads:
        await shown(await discord.actor("maya").command(thread.id, "video", FOX))
    await harness.told()
    await put(harness, "paused_channels", [discord.world.channel("films").id])

    cards = await harness.films()
    assert [card.halt for card in cards] == [Halt.CHANNEL, Halt.CHANNEL]
    assert await harness.store.tx(_claimable, harness.clock.now()) == []

    await put(harness, "paused_channels", None)
    assert len(await harness.store.tx(_claimable, harness.clock.now())) == 2


def _claimable(books: Books, now: datetime) -> list[str]:
    paused = Paused(books)
    ready = books.ready(now + timedelta(minutes=1))
    return [each.task_id for each in ready if not paused.holds(each)]


async def test_a_pause_keeps_the_place_of_what_waits_and_a_moderator_still_approves(
    harness: Harness,
) -> None:
    await put(harness, "moderators_channel", harness.discord.world.channel("mods").id)
    await put(harness, "approval.above", 1)
    await asked(harness)
    held = await settle_posts(harness)
    await put(harness, "paused", True)

    await (await harness.discord.actor("sam").press(held, label="Approve")).responded()

    assert (await harness.film()).task.state is State.QUEUED
    quota = await shown(await harness.discord.actor("maya").command("films", "videos list"))
    assert "a fox in the snow" in quota.text


async def test_members_and_forgers_pause_nothing(harness: Harness) -> None:
    leo = harness.discord.actor("leo")
    with pytest.raises(NotPossible):
        await leo.command("films", "moderate pause")
    drawn = await buttons(harness, Verb.PAUSE, Verb.GO_ON, task_id="0")
    for verb in (Verb.PAUSE, Verb.GO_ON):
        refused = await shown(await leo.press(drawn, label=verb.value))
        assert "Moderate" in refused.text
    assert await settings(harness) == ServerSettings()


async def test_a_moderator_pauses_no_more_channels_than_the_settings_show(
    harness: Harness,
) -> None:
    where = (harness.discord.world.guild("Film club").id, 1)
    for channel_id in range(1, MOST_PAUSED + 1):
        await harness.videos.moderate(pause, where, channel_id, is_paused=True)
    with pytest.raises(Refusal) as refused:
        await harness.videos.moderate(pause, where, 99, is_paused=True)
    assert refused.value.reason == "too_many_paused"
    await harness.videos.moderate(pause, where, 7, is_paused=False)
    await harness.videos.moderate(pause, where, 99, is_paused=True)
    olga = harness.discord.actor("olga")
    page = await shown(await olga.command("films", "settings"))
    assert page.only_for == olga.user.id


async def test_the_live_queue_says_that_videos_are_paused(harness: Harness) -> None:
    await asked(harness)
    sam = harness.discord.actor("sam")
    assert "paused" not in (await shown(await sam.command("films", "moderate queue"))).text
    await put(harness, "paused", True)
    queue = await shown(await sam.command("films", "moderate queue"))
    assert "Videos are paused" in queue.text
    assert "a fox in the snow" in queue.text

    await shown(await sam.press(queue, label="Resume this server"))
    after = await shown(await sam.command("films", "moderate queue"))
    assert "Videos are paused" not in after.text
    assert "Resume this server" not in after.buttons
