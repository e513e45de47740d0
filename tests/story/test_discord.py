"""Discord's rules where they hurt most: posting the video and the reply's last edit."""

from typing import Any

import pytest

from bot.playground.guild import Channel, Cut, Message, Request
from bot.playground.guild.world import ChannelKind
from tests.story.harness import PROMPT, Harness

SEND = "POST /channels/{channel_id}/messages"
TOKEN_EDIT = "PATCH /webhooks/*/messages/@original"


def of_film(request: Request) -> bool:
    """Whether a request posts a video."""
    return request.method == "POST" and bool(request.uploads)


def last_edit(request: Request) -> bool:
    """Whether a request edits a reply for the last time."""
    return request.method == "PATCH" and "see the video" in str(request.body)


def in_dm(harness: Harness, who: str = "maya") -> list[Message]:
    channel = harness.discord.world.dm(harness.discord.world.user(who).id)
    assert channel is not None
    return harness.films(channel.id)


def thread(harness: Harness) -> Channel:
    """A thread of #films."""
    films = harness.discord.world.channel("films")
    return harness.discord.state.add_channel(
        lambda id: Channel(
            id=id,
            name="snow",
            kind=ChannelKind.PUBLIC_THREAD,
            guild_id=films.guild_id,
            parent_id=films.id,
            owner_id=harness.discord.world.user("maya").id,
        )
    )


LATER: dict[str, dict[str, Any]] = {
    "429": {"status": 429, "retry_after": 0.2},
    "429 of somebody in between": {"status": 429, "retry_after": 0.2, "via": False, "html": True},
    "500": {"status": 500},
    "502 page": {"status": 502, "html": True},
    "503": {"status": 503},
    "messages are off": {"status": 403, "code": 40004},
    "too much is written": {"status": 403, "code": 20028},
    "a wary firewall": {"status": 403, "code": 40333},
    "a firewall's page": {"status": 403, "html": True},
    "cut before": {"cut": Cut.BEFORE},
    "cut after": {"cut": Cut.AFTER},
}


@pytest.mark.parametrize("trouble", LATER)
async def test_trouble_at_the_films_post_never_loses_doubles_or_pings_twice(
    harness: Harness, trouble: str
) -> None:
    met = harness.discord.faults.add(of_film, **LATER[trouble])
    async with harness.bot():
        sent = await harness.video()
        film = await harness.film()
        await harness.reads(sent, "see the video")
        await harness.quiet()

    assert met
    assert harness.films() == [film]
    assert harness.pings("maya") <= 1


@pytest.mark.parametrize("trouble", LATER)
async def test_trouble_at_the_last_edit_only_delays_it(harness: Harness, trouble: str) -> None:
    met = harness.discord.faults.add(last_edit, **LATER[trouble])
    async with harness.bot():
        sent = await harness.video()
        reply = await harness.reads(sent, "see the video")

    assert met
    assert not reply.buttons
    assert len(harness.films()) == 1


REFUSED_TO_DM: dict[str, dict[str, Any]] = {
    "10003": {"status": 404, "code": 10003},
    "50001": {"status": 403, "code": 50001},
    "50013": {"status": 403, "code": 50013},
    "50035": {"status": 400, "code": 50035},
    "50083": {"status": 400, "code": 50083},
    "200000": {"status": 400, "code": 200000},
    "240000": {"status": 400, "code": 240000},
}


@pytest.mark.parametrize("code", REFUSED_TO_DM)
async def test_a_channel_that_refuses_the_film_sends_it_to_the_requester(
    harness: Harness, code: str
) -> None:
    films = harness.discord.world.channel("films").id
    met = harness.discord.faults.add(
        lambda request: of_film(request) and request.params["channel_id"] == str(films),
        times=None,
        **REFUSED_TO_DM[code],
    )
    async with harness.bot():
        sent = await harness.video()
        await harness.reads(sent, "has it in a direct message")

    assert len(met) == 1
    assert len(in_dm(harness)) == 1
    assert harness.films() == []


async def test_a_direct_message_that_is_begun_too_soon_is_begun_later(harness: Harness) -> None:
    harness.discord.faults.add(of_film, status=403, code=50013)
    met = harness.discord.faults.add("POST /users/@me/channels", status=400, code=40003)
    async with harness.bot():
        sent = await harness.video()
        await harness.reads(sent, "has it in a direct message")

    assert met
    assert len(in_dm(harness)) == 1


@pytest.mark.parametrize("refusal", [(413, 40005), (413, 0), (400, 50045), (403, 400001)])
async def test_a_film_that_is_too_large_after_all_is_linked(
    harness: Harness, refusal: tuple[int, int]
) -> None:
    status, code = refusal
    harness.discord.faults.add(of_film, times=None, status=status, code=code)
    async with harness.bot():
        sent = await harness.video()
        film = await harness.film()
        await harness.reads(sent, "see the video")

    assert film.attachments == ()
    assert "Save the original file before <t:" in film.text
    assert harness.pings("maya") == 1


TOKEN_GONE: dict[str, dict[str, Any]] = {
    "10015": {"status": 404, "code": 10015},
    "10062": {"status": 404, "code": 10062},
    "50027": {"status": 401, "code": 50027},
    "200000": {"status": 400, "code": 200000},
    "240000": {"status": 400, "code": 240000},
}


@pytest.mark.parametrize("code", TOKEN_GONE)
async def test_where_the_token_does_not_edit_the_bot_does(harness: Harness, code: str) -> None:
    met = harness.discord.faults.add(TOKEN_EDIT, times=None, **TOKEN_GONE[code])
    async with harness.bot():
        sent = await harness.video()
        await harness.reads(sent, "see the video")

    assert len(met) == 1


async def test_a_reply_that_was_deleted_does_not_hold_up_its_film(harness: Harness) -> None:
    async with harness.bot():
        sent = await harness.video()
        assert sent.message is not None
        harness.discord.actor("sam").delete(sent.message)
        film = await harness.film()
        await harness.quiet()

    assert harness.films() == [film]
    assert harness.pings("maya") == 1


async def test_a_failure_whose_reply_was_deleted_is_told_in_the_channel(harness: Harness) -> None:
    harness.api.faults.fail_next(code="content_policy_violation")
    async with harness.bot():
        sent = await harness.video()
        assert sent.message is not None
        harness.discord.actor("sam").delete(sent.message)
        await harness.until(lambda: harness.discord.messages("films"))

    (told,) = harness.discord.messages("films")
    assert "This video could not be made." in told.text
    assert PROMPT not in told.text
    assert "Why?" in told.buttons


async def test_a_failure_pings_the_requester_once_and_leads_to_the_card(harness: Harness) -> None:
    harness.api.faults.fail_next(code="content_policy_violation")
    async with harness.bot():
        sent = await harness.video()
        assert sent.message is not None
        await harness.until(lambda: harness.discord.messages("films")[1:])
        await harness.reads(sent, "Could not be made · ")
        await harness.quiet()

    (card, told) = harness.discord.messages("films")
    assert card.id == sent.message.id
    assert f"/{card.id})" in told.text
    assert PROMPT not in told.text
    assert harness.pings("maya") == 1
    assert f"By <@{harness.discord.world.user('maya').id}>" in card.text


async def test_a_channel_that_is_gone_sends_the_film_to_the_requester(harness: Harness) -> None:
    async with harness.bot():
        await harness.video()
        harness.discord.remove_channel("films")
        await harness.until(lambda: in_dm(harness))

    assert len(in_dm(harness)) == 1


async def test_a_film_in_a_direct_message_can_be_deleted_there(harness: Harness) -> None:
    async with harness.bot():
        await harness.video()
        harness.discord.remove_channel("films")
        await harness.until(lambda: in_dm(harness))
        await harness.agrees("maya", await harness.asked("maya", in_dm(harness)[0], "Delete"))
        await harness.until(lambda: not in_dm(harness))


async def test_an_archived_thread_sends_the_film_to_its_parent(harness: Harness) -> None:
    here = thread(harness)
    async with harness.bot():
        sent = await harness.video("maya", here.id)
        harness.discord.archive(here.id)
        film = await harness.film()
        await harness.quiet()

    assert harness.films() == [film]
    assert harness.films(here.id) == []
    assert film.pinged == {harness.discord.world.user("maya").id}
    assert sent.message is not None


async def test_a_film_made_in_a_thread_is_posted_there(harness: Harness) -> None:
    here = thread(harness)
    async with harness.bot():
        sent = await harness.video("maya", here.id)
        await harness.film(channel=here.id)
        await harness.reads(sent, "see the video")

    assert harness.films() == []


async def test_closed_direct_messages_keep_the_film_and_the_next_command_says_so(
    harness: Harness,
) -> None:
    harness.discord.world.change_user("leo", dms_open=False)
    harness.discord.faults.add(of_film, times=1, status=403, code=50013)
    async with harness.bot():
        sent = await harness.video("leo")
        reply = await harness.reads(sent, "`/videos inbox`")
        quota = await (await harness.discord.actor("leo").command("films", "quota")).responded()
        await harness.until(lambda: private(harness, "leo", "/videos inbox"))
        inbox = await harness.asks("leo", "videos inbox")
        await harness.asks("leo", "quota")
        await harness.quiet()

    assert quota.message is not None
    assert f"<@{harness.discord.world.user('leo').id}>" in reply.text
    assert harness.films() == []
    assert "Videos that could not be delivered" in inbox
    assert PROMPT in inbox
    assert len(private(harness, "leo", "waiting for you")) == 1


def private(harness: Harness, who: str, words: str) -> list[Message]:
    """What only this person sees and says so."""
    user_id = harness.discord.world.user(who).id
    return [
        each
        for each in harness.discord.messages("films")
        if each.only_for == user_id and words in each.text
    ]
