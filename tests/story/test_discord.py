"""Discord's rules where they hurt most: at the film's post and at the reply's last edit."""

from typing import Any

import pytest

from bot.playground.guild import Channel, Cut, Message, Request
from bot.playground.guild.world import ChannelKind
from tests.story.stage import PROMPT, Stage

SEND = "POST /channels/{channel_id}/messages"
TOKEN_EDIT = "PATCH /webhooks/*/messages/@original"


def of_film(request: Request) -> bool:
    """Whether a request posts a film."""
    return request.method == "POST" and bool(request.uploads)


def last_edit(request: Request) -> bool:
    """Whether a request edits a reply for the last time."""
    return request.method == "PATCH" and "see the video" in str(request.body)


def in_dm(stage: Stage, who: str = "maya") -> list[Message]:
    channel = stage.discord.world.dm(stage.discord.world.user(who).id)
    assert channel is not None
    return stage.films(channel.id)


def thread(stage: Stage) -> Channel:
    """A thread of #films."""
    films = stage.discord.world.channel("films")
    return stage.discord.state.add_channel(
        lambda id: Channel(
            id=id,
            name="snow",
            kind=ChannelKind.PUBLIC_THREAD,
            guild_id=films.guild_id,
            parent_id=films.id,
            owner_id=stage.discord.world.user("maya").id,
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
    stage: Stage, trouble: str
) -> None:
    met = stage.discord.faults.add(of_film, **LATER[trouble])
    async with stage.bot():
        sent = await stage.video()
        film = await stage.film()
        await stage.reads(sent, "see the video")
        await stage.quiet()

    assert met
    assert stage.films() == [film]
    assert stage.pings("maya") <= 1


@pytest.mark.parametrize("trouble", LATER)
async def test_trouble_at_the_last_edit_only_delays_it(stage: Stage, trouble: str) -> None:
    met = stage.discord.faults.add(last_edit, **LATER[trouble])
    async with stage.bot():
        sent = await stage.video()
        reply = await stage.reads(sent, "see the video")

    assert met
    assert not reply.buttons
    assert len(stage.films()) == 1


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
    stage: Stage, code: str
) -> None:
    films = stage.discord.world.channel("films").id
    met = stage.discord.faults.add(
        lambda request: of_film(request) and request.params["channel_id"] == str(films),
        times=None,
        **REFUSED_TO_DM[code],
    )
    async with stage.bot():
        sent = await stage.video()
        await stage.reads(sent, "has it in a direct message")

    assert len(met) == 1
    assert len(in_dm(stage)) == 1
    assert stage.films() == []


async def test_a_direct_message_that_is_begun_too_soon_is_begun_later(stage: Stage) -> None:
    stage.discord.faults.add(of_film, status=403, code=50013)
    met = stage.discord.faults.add("POST /users/@me/channels", status=400, code=40003)
    async with stage.bot():
        sent = await stage.video()
        await stage.reads(sent, "has it in a direct message")

    assert met
    assert len(in_dm(stage)) == 1


@pytest.mark.parametrize("refusal", [(413, 40005), (413, 0), (400, 50045), (403, 400001)])
async def test_a_film_that_is_too_large_after_all_is_linked(
    stage: Stage, refusal: tuple[int, int]
) -> None:
    status, code = refusal
    stage.discord.faults.add(of_film, times=None, status=status, code=code)
    async with stage.bot():
        sent = await stage.video()
        film = await stage.film()
        await stage.reads(sent, "see the video")

    assert film.attachments == ()
    assert "Save it before <t:" in film.text
    assert stage.pings("maya") == 1


TOKEN_GONE: dict[str, dict[str, Any]] = {
    "10015": {"status": 404, "code": 10015},
    "10062": {"status": 404, "code": 10062},
    "50027": {"status": 401, "code": 50027},
    "200000": {"status": 400, "code": 200000},
    "240000": {"status": 400, "code": 240000},
}


@pytest.mark.parametrize("code", TOKEN_GONE)
async def test_where_the_token_does_not_edit_the_bot_does(stage: Stage, code: str) -> None:
    met = stage.discord.faults.add(TOKEN_EDIT, times=None, **TOKEN_GONE[code])
    async with stage.bot():
        sent = await stage.video()
        await stage.reads(sent, "see the video")

    assert len(met) == 1


async def test_a_reply_that_was_deleted_does_not_hold_up_its_film(stage: Stage) -> None:
    async with stage.bot():
        sent = await stage.video()
        assert sent.message is not None
        stage.discord.actor("sam").delete(sent.message)
        film = await stage.film()
        await stage.quiet()

    assert stage.films() == [film]
    assert stage.pings("maya") == 1


async def test_a_failure_whose_reply_was_deleted_is_told_in_the_channel(stage: Stage) -> None:
    stage.api.faults.fail_next(code="content_policy_violation")
    async with stage.bot():
        sent = await stage.video()
        assert sent.message is not None
        stage.discord.actor("sam").delete(sent.message)
        await stage.until(lambda: stage.discord.messages("films"))

    (told,) = stage.discord.messages("films")
    assert "This video could not be made." in told.text
    assert PROMPT not in told.text
    assert "Why?" in told.buttons


async def test_a_channel_that_is_gone_sends_the_film_to_the_requester(stage: Stage) -> None:
    async with stage.bot():
        await stage.video()
        stage.discord.remove_channel("films")
        await stage.until(lambda: in_dm(stage))

    assert len(in_dm(stage)) == 1


async def test_a_film_in_a_direct_message_can_be_deleted_there(stage: Stage) -> None:
    async with stage.bot():
        await stage.video()
        stage.discord.remove_channel("films")
        await stage.until(lambda: in_dm(stage))
        question = await stage.told("maya", in_dm(stage)[0], "Delete")
        await stage.press("maya", question, "Yes, delete it")
        await stage.until(lambda: not in_dm(stage))


async def test_an_archived_thread_sends_the_film_to_its_parent(stage: Stage) -> None:
    here = thread(stage)
    async with stage.bot():
        sent = await stage.video("maya", here.id)
        stage.discord.archive(here.id)
        film = await stage.film()
        await stage.quiet()

    assert stage.films() == [film]
    assert stage.films(here.id) == []
    assert film.pinged == {stage.discord.world.user("maya").id}
    assert sent.message is not None


async def test_a_film_made_in_a_thread_is_posted_there(stage: Stage) -> None:
    here = thread(stage)
    async with stage.bot():
        sent = await stage.video("maya", here.id)
        await stage.film(channel=here.id)
        await stage.reads(sent, "see the video")

    assert stage.films() == []


async def test_closed_direct_messages_keep_the_film_and_the_next_command_says_so(
    stage: Stage,
) -> None:
    stage.discord.world.change_user("leo", dms_open=False)
    stage.discord.faults.add(of_film, times=1, status=403, code=50013)
    async with stage.bot():
        sent = await stage.video("leo")
        reply = await stage.reads(sent, "`/videos inbox`")
        quota = await (await stage.discord.actor("leo").command("films", "quota")).responded()
        await stage.until(lambda: private(stage, "leo", "/videos inbox"))
        inbox = await stage.asks("leo", "videos inbox")
        await stage.asks("leo", "quota")
        await stage.quiet()

    assert quota.message is not None
    assert f"<@{stage.discord.world.user('leo').id}>" in reply.text
    assert stage.films() == []
    assert "Videos that could not be delivered" in inbox
    assert PROMPT in inbox
    assert len(private(stage, "leo", "waiting for you")) == 1


def private(stage: Stage, who: str, words: str) -> list[Message]:
    """What only this person sees and says so."""
    user_id = stage.discord.world.user(who).id
    return [
        each
        for each in stage.discord.messages("films")
        if each.only_for == user_id and words in each.text
    ]
