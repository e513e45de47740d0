"""Private threads, archived ones, places where one may not write, and channels that are gone."""

from typing import Any

import pytest
from msgspec.structs import replace

from bot.errors import Fate, PostError
from bot.playground.guild import ChannelKind, Message, Permission
from bot.video.outbox.owed import channel_post
from bot.video.values.posts import PostKind, PostState, Rung
from bot.video.values.videos import State
from tests.cogs.steps import FOX, finished, put, settle_posts
from tests.local_bot import Local, shown

CLUB = "Film club"


async def asked(local: Local, where: str, who: str = "maya", **options: Any) -> None:
    await shown(await local.discord.actor(who).command(where, "video", {**FOX, **options}))
    await local.told()


def a_thread(local: Local, name: str = "plans", **options: Any) -> int:
    thread: int = local.discord.places.thread("films", name, by="maya", **options).id
    return thread


@pytest.mark.parametrize("kind", [PostKind.FILM, PostKind.NOTICE])
async def test_what_was_asked_in_a_private_thread_never_comes_to_its_public_channel(
    local: Local, kind: PostKind
) -> None:
    thread = a_thread(local, private=True, members=["leo", "video"])
    await asked(local, "plans")
    local.discord.places.lock(thread)
    card = await local.film()
    post = channel_post(card.request, card.task.id, kind, now=local.clock.now())

    for rung in (Rung.CHANNEL, Rung.PARENT):
        with pytest.raises(PostError) as refused:
            await local.announcer.send_notice(replace(post, rung=rung), card, ping=False)
        assert refused.value.fate is Fate.REFUSED
    await local.announcer.send_notice(replace(post, rung=Rung.DM), card, ping=False)

    assert not local.discord.messages("films")
    assert len(local.discord.messages("@maya")) == 1


async def test_a_private_thread_that_the_bot_was_sent_away_from_is_private_still(
    local: Local,
) -> None:
    thread = a_thread(local, private=True, members=["leo", "video"])
    await asked(local, "plans")
    local.discord.places.send_away(thread, "video")
    card = await local.film()
    post = channel_post(card.request, card.task.id, PostKind.FILM, now=local.clock.now())

    with pytest.raises(PostError) as refused:
        await local.announcer.send_notice(replace(post, rung=Rung.PARENT), card, ping=False)

    assert refused.value.fate is Fate.REFUSED
    assert not local.discord.messages("films")


async def found(local: Local, who: str, where: str = "films", **options: Any) -> str:
    maya = str(local.discord.world.user("maya").id)
    sought = options or {"person": maya}
    return (await shown(await local.discord.actor(who).command(where, "videos list", sought))).text


async def test_a_video_of_a_private_thread_is_found_by_its_members_alone(local: Local) -> None:
    a_thread(local, private=True, members=["leo", "video"])
    await asked(local, "plans")
    await local.posted(drawn=True)
    task_id = (await local.film()).task.id
    leo, olga = local.discord.actor("leo"), local.discord.actor("olga")

    assert "fox" not in await found(local, "leo")
    assert "fox" in await found(local, "leo", "plans")
    theirs = await shown(await leo.command("films", "videos show", {"id": task_id}))
    owners = await shown(await olga.command("films", "videos show", {"id": task_id}))
    local.discord.places.send_away("plans", "leo")
    later = await shown(await leo.command("general", "videos show", {"id": task_id}))

    assert "fox" in theirs.text
    assert "fox" in owners.text
    assert theirs.buttons
    assert later.only_for is not None


async def test_again_from_a_private_thread_ends_with_the_membership(local: Local) -> None:
    a_thread(local, private=True, members=["leo", "video"])
    await asked(local, "plans")
    await local.posted()
    task_id = (await local.film()).task.id
    leo = local.discord.actor("leo")
    local.discord.places.send_away("plans", "leo")

    details = await shown(await leo.command("films", "videos show", {"id": task_id}))

    assert "no such" in details.text
    assert "fox" not in details.text


async def test_videos_of_an_archived_thread_are_still_found_by_others(local: Local) -> None:
    thread = a_thread(local, "talk")
    await asked(local, "talk")
    await local.posted(drawn=True)
    local.discord.places.archive(thread)
    task_id = (await local.film()).task.id
    leo = local.discord.actor("leo")
    films = str(local.discord.world.channel("films").id)

    details = await shown(await leo.command("general", "videos show", {"id": task_id}))

    assert "fox" in await found(local, "leo", "general")
    assert "fox" in await found(local, "leo", "general", channel=str(thread))
    assert "fox" in await found(local, "leo", "general", channel=films)
    assert "fox" in details.text


async def test_who_does_not_see_the_channel_sees_none_of_its_threads(local: Local) -> None:
    thread = a_thread(local, "talk")
    await asked(local, "talk")
    await local.posted()
    local.discord.places.archive(thread)
    local.discord.places.deny("films", "leo", Permission.VIEW_CHANNEL)
    await local.bot.wait_for("guild_channel_update", timeout=5)

    assert "fox" not in await found(local, "leo", "general")


@pytest.mark.parametrize("kind", ["voice", "stage", "announcements", "text"])
async def test_a_channel_of_every_kind_can_be_sought(local: Local, kind: str) -> None:
    here = getattr(local.discord.places, kind)("lounge")
    await asked(local, "lounge")
    await local.posted()

    assert "fox" in await found(local, "leo", "lounge", channel=str(here.id))


async def test_the_posts_of_a_forum_are_sought_by_it(local: Local) -> None:
    forum = local.discord.places.forum("clips")
    post = local.discord.places.post("clips", "foxes", by="maya", text="Look")
    await asked(local, post.id)  # type: ignore[arg-type]
    await local.posted()

    assert "fox" in await found(local, "leo", "general", channel=str(forum.id))


async def test_who_cannot_connect_does_not_see_what_was_said_in_a_voice_channel(
    local: Local,
) -> None:
    here = local.discord.places.voice("lounge")
    await asked(local, "lounge")
    await local.posted()
    local.discord.places.deny(here, "leo", Permission.CONNECT)
    await local.bot.wait_for("guild_channel_update", timeout=5)

    assert "fox" not in await found(local, "leo", "general")


async def test_a_person_who_left_is_not_told_that_the_command_has_changed(local: Local) -> None:
    sam, leo = local.discord.actor("sam"), local.discord.world.user("leo")
    local.discord.places.kick("leo")

    told = await shown(await sam.command("films", "limits explain", {"member": str(leo.id)}))

    assert "has changed" not in told.text


async def test_who_may_open_no_threads_has_none_opened(local: Local) -> None:
    denied = Permission.CREATE_PUBLIC_THREADS
    local.discord.places.deny("films", "leo", denied)
    leo = local.discord.actor("leo")

    told = await shown(await leo.command("films", "storyboard", {"thread": True, "title": "a"}))

    assert "open threads" in told.text
    assert not [each for each in local.discord.world.channels.values() if each.is_thread]


async def test_who_may_not_write_in_threads_has_none_opened(local: Local) -> None:
    local.discord.places.deny("films", "leo", Permission.SEND_MESSAGES_IN_THREADS)
    leo = local.discord.actor("leo")

    told = await shown(await leo.command("films", "storyboard", {"thread": True, "title": "a"}))

    assert "open threads" in told.text
    assert not [each for each in local.discord.world.channels.values() if each.is_thread]


async def test_a_board_gets_a_thread_of_its_own_below_announcements_too(local: Local) -> None:
    news = local.discord.places.announcements("news")
    olga = local.discord.actor("olga")

    sent = await olga.command("news", "storyboard", {"thread": True, "title": "a"})
    await sent.responded()
    await local.discord.changed(
        lambda: [each for each in local.discord.world.channels.values() if each.is_thread]
    )

    (thread,) = [each for each in local.discord.world.channels.values() if each.is_thread]
    assert thread.parent_id == news.id
    assert thread.kind is ChannelKind.ANNOUNCEMENT_THREAD


async def test_a_thread_bears_a_name_that_turns_nothing_around(local: Local) -> None:
    maya = local.discord.actor("maya")
    title = "fox\u202etxt.exe\u2066 \u200bat\x07 dawn"

    sent = await maya.command("films", "storyboard", {"thread": True, "title": title})
    await sent.responded()
    await local.discord.changed(
        lambda: [each for each in local.discord.world.channels.values() if each.is_thread]
    )

    (thread,) = [each for each in local.discord.world.channels.values() if each.is_thread]
    assert thread.name == "foxtxt.exe at dawn"


async def test_edit_writes_nothing_where_the_presser_may_not(local: Local) -> None:
    film = await finished(local)
    local.discord.places.read_only("films", but=["video"])
    leo = local.discord.actor("leo")

    for label in ("Edit", "Again"):
        told = await shown(await leo.press(film, label=label))
        assert "can't send messages here" in told.text
    assert len(await local.films()) == 1


@pytest.fixture
async def moderated(local: Local) -> Local:
    """A video of Maya's in #films; moderators read #mods."""
    await put(local, "moderators_channel", local.discord.world.channel("mods").id)
    return local


async def report(local: Local, film: Message, who: str = "leo") -> Message | None:
    """Press Report and send the form; what was said where that was refused."""
    leo = local.discord.actor(who)
    answer = await (await leo.press(film, label="Report")).responded()
    if answer.modal is None:
        return answer.message
    return await shown(await leo.submit(answer.modal, {"reason": "ugly"}))


async def test_a_card_whose_channel_is_gone_goes_to_the_one_set_now(moderated: Local) -> None:
    local, sam = moderated, moderated.discord.actor("sam")
    await put(local, "approval.above", 1)
    await asked(local, "films")
    await settle_posts(local)
    local.discord.places.remove("mods")
    await put(local, "moderators_channel", local.discord.world.channel("general").id)

    card = await settle_posts(local)
    await (await sam.press(card, label="Approve")).responded()

    assert card.channel_id == local.discord.world.channel("general").id
    assert (await local.film()).task.state is State.QUEUED


async def test_a_report_goes_to_the_channel_that_is_set_now(moderated: Local) -> None:
    local = moderated
    film = await finished(local)
    await report(local, film)
    await settle_posts(local)
    await put(local, "moderators_channel", local.discord.world.channel("general").id)

    card = await settle_posts(local)

    assert card.channel_id == local.discord.world.channel("general").id
    assert "ugly" in card.text
    assert [each for each in local.discord.messages("general") if "ugly" in each.text] == [card]


async def test_a_report_that_nobody_can_read_is_refused_and_the_owner_told_once(
    moderated: Local,
) -> None:
    local = moderated
    film = await finished(local)
    local.discord.places.remove("mods")
    await local.bot.wait_for("guild_channel_delete", timeout=5)

    for who in ("leo", "sam"):
        told = await report(local, film, who)
        assert told is not None
        assert "nobody would read" in told.text

    owed = [
        await local.store.tx(lambda books, each=each: books.post(each))
        for each, _ in await local.store.tx(lambda books: books.owed())
    ]
    (notice,) = [each for each in owed if each.kind is PostKind.NOTICE and each.user_id]
    await local.announcer.send_notice(notice, None, ping=False)
    dm = local.discord.world.dm(local.discord.world.user("olga").id)
    assert dm is not None
    assert CLUB in local.discord.messages(dm.id)[-1].text
    assert not [each for each in owed if each.subject == "report"]


async def test_a_dismissed_report_does_not_move(moderated: Local) -> None:
    local, sam = moderated, moderated.discord.actor("sam")
    film = await finished(local)
    await report(local, film)
    card = await settle_posts(local)
    await (await sam.press(card, label="Keep")).responded()
    await settle_posts(local)
    await put(local, "moderators_channel", local.discord.world.channel("general").id)

    post = await local.store.tx(
        lambda books: next(iter(books.moderators_cards(local.discord.world.guild(CLUB).id)))
    )

    assert post.state is PostState.THERE
    assert post.channel_id == card.channel_id
