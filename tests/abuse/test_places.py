"""Private and archived threads, read-only places, and channels that are gone."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from bot.errors import Fate, PostError
from bot.playground.guild import ChannelKind, Message, Permission
from bot.video.outbox import new_posts
from bot.video.values.posts import Post, PostKind, PostState, Rung
from bot.video.values.videos import State
from tests.cogs.harness import Harness, shown
from tests.cogs.steps import FOX, finished, put, settle_posts
from tests.statements import owed_posts

CLUB = "Film club"


async def asked(harness: Harness, where: str, who: str = "maya", **options: Any) -> None:
    await shown(await harness.discord.actor(who).command(where, "video", {**FOX, **options}))
    await harness.told()


def a_thread(harness: Harness, name: str = "plans", **options: Any) -> int:
    thread: int = harness.discord.places.thread("films", name, by="maya", **options).id
    return thread


@pytest.mark.parametrize("make", [new_posts.film, new_posts.outcome])
async def test_what_was_asked_in_a_private_thread_never_comes_to_its_public_channel(
    harness: Harness, make: Callable[..., Post]
) -> None:
    thread = a_thread(harness, private=True, members=["leo", "video"])
    await asked(harness, "plans")
    harness.discord.places.lock(thread)
    card = await harness.film()
    post = make(card.request, card.task.id, now=harness.clock.now())

    for rung in (Rung.CHANNEL, Rung.PARENT):
        with pytest.raises(PostError) as refused:
            await harness.announcer.send(replace(post, rung=rung), card, ping=False)
        assert refused.value.fate is Fate.REFUSED
    await harness.announcer.send(replace(post, rung=Rung.DM), card, ping=False)

    assert not harness.discord.messages("films")
    assert len(harness.discord.messages("@maya")) == 1


async def test_a_private_thread_that_the_bot_was_sent_away_from_is_private_still(
    harness: Harness,
) -> None:
    thread = a_thread(harness, private=True, members=["leo", "video"])
    await asked(harness, "plans")
    harness.discord.places.send_away(thread, "video")
    card = await harness.film()
    post = new_posts.film(card.request, card.task.id, now=harness.clock.now())

    with pytest.raises(PostError) as refused:
        await harness.announcer.send(replace(post, rung=Rung.PARENT), card, ping=False)

    assert refused.value.fate is Fate.REFUSED
    assert not harness.discord.messages("films")


async def found(harness: Harness, who: str, where: str = "films", **options: Any) -> str:
    maya = str(harness.discord.world.user("maya").id)
    sought = options or {"person": maya}
    return (
        await shown(await harness.discord.actor(who).command(where, "videos list", sought))
    ).text


async def test_a_video_of_a_private_thread_is_found_by_its_members_alone(harness: Harness) -> None:
    a_thread(harness, private=True, members=["leo", "video"])
    await asked(harness, "plans")
    await harness.posted(drawn=True)
    task_id = (await harness.film()).task.id
    leo, olga = harness.discord.actor("leo"), harness.discord.actor("olga")

    assert "fox" not in await found(harness, "leo")
    assert "fox" in await found(harness, "leo", "plans")
    theirs = await shown(await leo.command("films", "videos show", {"id": task_id}))
    owners = await shown(await olga.command("films", "videos show", {"id": task_id}))
    harness.discord.places.send_away("plans", "leo")
    later = await shown(await leo.command("general", "videos show", {"id": task_id}))

    assert "fox" in theirs.text
    assert "fox" in owners.text
    assert theirs.buttons
    assert later.only_for is not None


async def test_again_from_a_private_thread_ends_with_the_membership(harness: Harness) -> None:
    a_thread(harness, private=True, members=["leo", "video"])
    await asked(harness, "plans")
    await harness.posted()
    task_id = (await harness.film()).task.id
    leo = harness.discord.actor("leo")
    harness.discord.places.send_away("plans", "leo")

    details = await shown(await leo.command("films", "videos show", {"id": task_id}))

    assert "no such" in details.text
    assert "fox" not in details.text


async def test_videos_of_an_archived_thread_are_still_found_by_others(harness: Harness) -> None:
    thread = a_thread(harness, "talk")
    await asked(harness, "talk")
    await harness.posted(drawn=True)
    harness.discord.places.archive(thread)
    task_id = (await harness.film()).task.id
    leo = harness.discord.actor("leo")
    films = str(harness.discord.world.channel("films").id)

    details = await shown(await leo.command("general", "videos show", {"id": task_id}))

    assert "fox" in await found(harness, "leo", "general")
    assert "fox" in await found(harness, "leo", "general", channel=str(thread))
    assert "fox" in await found(harness, "leo", "general", channel=films)
    assert "fox" in details.text


async def test_who_does_not_see_the_channel_sees_none_of_its_threads(harness: Harness) -> None:
    thread = a_thread(harness, "talk")
    await asked(harness, "talk")
    await harness.posted()
    harness.discord.places.archive(thread)
    harness.discord.places.deny("films", "leo", Permission.VIEW_CHANNEL)
    await harness.bot.wait_for("guild_channel_update", timeout=5)

    assert "fox" not in await found(harness, "leo", "general")


@pytest.mark.parametrize("kind", ["voice", "stage", "announcements", "text"])
async def test_a_channel_of_every_kind_can_be_sought(harness: Harness, kind: str) -> None:
    here = getattr(harness.discord.places, kind)("lounge")
    await asked(harness, "lounge")
    await harness.posted()

    assert "fox" in await found(harness, "leo", "lounge", channel=str(here.id))


async def test_the_posts_of_a_forum_are_sought_by_it(harness: Harness) -> None:
    forum = harness.discord.places.forum("clips")
    post = harness.discord.places.post("clips", "foxes", by="maya", text="Look")
    await asked(harness, post.id)  # type: ignore[arg-type]
    await harness.posted()

    assert "fox" in await found(harness, "leo", "general", channel=str(forum.id))


async def test_who_cannot_connect_does_not_see_what_was_said_in_a_voice_channel(
    harness: Harness,
) -> None:
    here = harness.discord.places.voice("lounge")
    await asked(harness, "lounge")
    await harness.posted()
    harness.discord.places.deny(here, "leo", Permission.CONNECT)
    await harness.bot.wait_for("guild_channel_update", timeout=5)

    assert "fox" not in await found(harness, "leo", "general")


async def test_a_person_who_left_is_not_told_that_the_command_has_changed(harness: Harness) -> None:
    sam, leo = harness.discord.actor("sam"), harness.discord.world.user("leo")
    harness.discord.places.kick("leo")

    told = await shown(await sam.command("films", "limits explain", {"member": str(leo.id)}))

    assert "has changed" not in told.text


async def test_who_may_open_no_threads_has_none_opened(harness: Harness) -> None:
    denied = Permission.CREATE_PUBLIC_THREADS
    harness.discord.places.deny("films", "leo", denied)
    leo = harness.discord.actor("leo")

    told = await shown(await leo.command("films", "storyboard", {"thread": True, "title": "a"}))

    assert "open threads" in told.text
    assert not [each for each in harness.discord.world.channels.values() if each.is_thread]


async def test_who_may_not_write_in_threads_has_none_opened(harness: Harness) -> None:
    harness.discord.places.deny("films", "leo", Permission.SEND_MESSAGES_IN_THREADS)
    leo = harness.discord.actor("leo")

    told = await shown(await leo.command("films", "storyboard", {"thread": True, "title": "a"}))

    assert "open threads" in told.text
    assert not [each for each in harness.discord.world.channels.values() if each.is_thread]


async def test_a_board_gets_a_thread_of_its_own_below_announcements_too(harness: Harness) -> None:
    news = harness.discord.places.announcements("news")
    olga = harness.discord.actor("olga")

    sent = await olga.command("news", "storyboard", {"thread": True, "title": "a"})
    await sent.responded()
    await harness.discord.changed(
        lambda: [each for each in harness.discord.world.channels.values() if each.is_thread]
    )

    (thread,) = [each for each in harness.discord.world.channels.values() if each.is_thread]
    assert thread.parent_id == news.id
    assert thread.kind is ChannelKind.ANNOUNCEMENT_THREAD


async def test_a_thread_bears_a_name_that_turns_nothing_around(harness: Harness) -> None:
    maya = harness.discord.actor("maya")
    title = "fox\u202etxt.exe\u2066 \u200bat\x07 dawn"

    sent = await maya.command("films", "storyboard", {"thread": True, "title": title})
    await sent.responded()
    await harness.discord.changed(
        lambda: [each for each in harness.discord.world.channels.values() if each.is_thread]
    )

    (thread,) = [each for each in harness.discord.world.channels.values() if each.is_thread]
    assert thread.name == "foxtxt.exe at dawn"


async def test_edit_writes_nothing_where_the_presser_may_not(harness: Harness) -> None:
    film = await finished(harness)
    harness.discord.places.read_only("films", but=["video"])
    leo = harness.discord.actor("leo")

    for label in ("Edit", "Again"):
        told = await shown(await leo.press(film, label=label))
        assert "can't send messages here" in told.text
    assert len(await harness.films()) == 1


@pytest.fixture
async def moderated(harness: Harness) -> Harness:
    """A video of Maya's in #films; moderators read #mods."""
    await put(harness, "moderators_channel", harness.discord.world.channel("mods").id)
    return harness


async def report(harness: Harness, film: Message, who: str = "leo") -> Message | None:
    """Press Report and send the form; returns the refusal, if any."""
    leo = harness.discord.actor(who)
    panel = await shown(await leo.press(film, label="More"))
    answer = await (await leo.press(panel, label="Report")).responded()
    if answer.modal is None:
        return answer.message
    return await shown(await leo.submit(answer.modal, {"reason": "ugly"}))


async def test_a_card_whose_channel_is_gone_goes_to_the_one_set_now(moderated: Harness) -> None:
    harness, sam = moderated, moderated.discord.actor("sam")
    await put(harness, "approval.above", 1)
    await asked(harness, "films")
    await settle_posts(harness)
    harness.discord.places.remove("mods")
    await put(harness, "moderators_channel", harness.discord.world.channel("general").id)

    card = await settle_posts(harness)
    await (await sam.press(card, label="Approve")).responded()

    assert card.channel_id == harness.discord.world.channel("general").id
    assert (await harness.film()).task.state is State.QUEUED


async def test_a_report_goes_to_the_channel_that_is_set_now(moderated: Harness) -> None:
    harness = moderated
    film = await finished(harness)
    await report(harness, film)
    await settle_posts(harness)
    await put(harness, "moderators_channel", harness.discord.world.channel("general").id)

    card = await settle_posts(harness)

    assert card.channel_id == harness.discord.world.channel("general").id
    assert "ugly" in card.text
    assert [each for each in harness.discord.messages("general") if "ugly" in each.text] == [card]


async def test_a_report_that_nobody_can_read_is_refused_and_the_owner_told_once(
    moderated: Harness,
) -> None:
    harness = moderated
    film = await finished(harness)
    harness.discord.places.remove("mods")
    await harness.bot.wait_for("guild_channel_delete", timeout=5)

    for who in ("leo", "sam"):
        told = await report(harness, film, who)
        assert told is not None
        assert "nobody would read" in told.text

    owed = [
        await harness.store.tx(lambda books, each=each: books.post(each))
        for each in [owed.id for owed in await harness.store.tx(owed_posts)]
    ]
    (notice,) = [each for each in owed if each.kind is PostKind.PERSON]
    await harness.announcer.send(notice, None, ping=False)
    dm = harness.discord.world.dm(harness.discord.world.user("olga").id)
    assert dm is not None
    assert CLUB in harness.discord.messages(dm.id)[-1].text
    assert not [each for each in owed if each.kind is PostKind.REPORT]


async def test_a_dismissed_report_does_not_move(moderated: Harness) -> None:
    harness, sam = moderated, moderated.discord.actor("sam")
    film = await finished(harness)
    await report(harness, film)
    card = await settle_posts(harness)
    await (await sam.press(card, label="Keep")).responded()
    await settle_posts(harness)
    await put(harness, "moderators_channel", harness.discord.world.channel("general").id)

    post = await harness.store.tx(
        lambda books: next(iter(books.moderators_cards(harness.discord.world.guild(CLUB).id)))
    )

    assert post.state is PostState.THERE
    assert post.channel_id == card.channel_id
