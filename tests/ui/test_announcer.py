"""What people see of a film, through the real client and the local Discord."""
# ruff: noqa: F811 (fixtures are asked for by the names under which they are imported)

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from discord import ChannelType, TextChannel
from msgspec.structs import replace

from bot.errors import Fate, PostError
from bot.playground.guild import Cut, Message
from bot.video.outbox.owed import channel_post, reply_id
from bot.video.ports.edges import FilmFile
from bot.video.values.cards import Card
from bot.video.values.posts import Post, PostKind, Rung
from bot.video.values.videos import State
from tests.local_bot import Local, discord, local, shown  # noqa: F401 (fixtures)

SEND = "POST /channels/*/messages"
URL = "https://films.example/fox.mp4"


@pytest.fixture
def film(tmp_path: Path) -> FilmFile:
    path = tmp_path / "film.mp4"
    path.write_bytes(b"\0\0\0\x18ftypmp42 and the rest")
    return FilmFile(path=path, size=path.stat().st_size)


async def asked(local: Local, channel: str | int = "films") -> Card:
    values = {"prompt": "a fox in the snow"}
    await shown(await local.discord.actor("maya").command(channel, "video", values))
    await local.told()
    return await local.film()


async def reply_of(local: Local, card: Card) -> Post:
    return await local.store.tx(lambda books: books.post(reply_id(card.task.id)))


def done(card: Card) -> Card:
    task = replace(card.task, state=State.COMPLETED, film_url=URL)
    return replace(card, task=task)


def film_post(local: Local, card: Card, **changes: Any) -> Post:
    post = channel_post(card.request, card.task.id, PostKind.FILM, now=local.clock.now())
    return replace(post, **changes)


def newest(local: Local, channel: str | int = "films") -> Message:
    return local.discord.messages(channel)[-1]


@pytest.mark.parametrize("rung", [Rung.TOKEN, Rung.MESSAGE])
async def test_the_reply_is_edited_by_its_token_and_by_the_bot_itself(
    local: Local, rung: Rung
) -> None:
    card = await asked(local)
    post = replace(await reply_of(local, card), rung=rung)
    task = replace(card.task, state=State.RUNNING, progress=42)

    await local.announcer.show(post, replace(card, task=task))

    assert "42" in newest(local).text
    assert len(local.discord.messages("films")) == 1
    assert not newest(local).pinged
    assert local.discord.requests[-1].body["allowed_mentions"]["parse"] == []
    by_bot = local.discord.requests[-1].route.startswith("/channels/")
    assert by_bot is (rung is Rung.MESSAGE)


async def test_a_film_is_uploaded_shown_and_pings_its_requester_alone(
    local: Local, film: FilmFile
) -> None:
    card = replace(done(await asked(local)), credited_to=local.discord.world.user("leo").id)
    post = film_post(local, card)

    sent = await local.announcer.send_film(post, card, film=film, kept_at=None, ping=True)

    message = newest(local)
    assert (sent.channel_id, sent.message_id) == (message.channel_id, message.id)
    assert message.pinged == {card.request.user_id}
    assert URL in message.text
    assert message.attachments[0].path.read_bytes() == film.path.read_bytes()
    assert local.discord.requests[-1].body["enforce_nonce"] is True


async def test_a_film_sent_twice_with_one_nonce_is_there_once(local: Local) -> None:
    card = done(await asked(local))
    post = film_post(local, card)

    first = await local.announcer.send_film(post, card, film=None, kept_at=None, ping=True)
    second = await local.announcer.send_film(post, card, film=None, kept_at=None, ping=False)

    assert first == second
    assert len(local.discord.messages("films")) == 2


async def test_a_lost_answer_is_unknown_and_the_film_is_found(local: Local) -> None:
    card = done(await asked(local))
    post = film_post(local, card)
    assert await local.announcer.find(post) is None
    local.discord.faults.add(SEND, cut=Cut.AFTER)

    with pytest.raises(PostError) as lost:
        await local.announcer.send_film(post, card, film=None, kept_at=None, ping=False)
    found = await local.announcer.find(post)

    assert lost.value.fate is Fate.UNKNOWN
    assert found is not None
    assert found.message_id == newest(local).id


async def test_a_reply_is_found_by_its_token_and_later_in_the_history(local: Local) -> None:
    card = await asked(local)
    post = replace(await reply_of(local, card), message_id=None)
    expired = replace(post, token_until=local.clock.now() - timedelta(minutes=1))

    by_token = await local.announcer.find(post)
    by_history = await local.announcer.find(expired)

    assert by_token is not None
    assert by_history == by_token
    assert by_token.message_id == newest(local).id


async def test_a_reply_is_found_however_much_was_said_since(local: Local) -> None:
    local.discord.actor("leo").say("films", "before")
    card = await asked(local)
    reply = newest(local)
    for number in range(150):
        local.discord.actor("leo").say("films", f"{number}")
    expired = replace(await reply_of(local, card), message_id=None, token="")

    found = await local.announcer.find(expired)

    assert found is not None
    assert found.message_id == reply.id


async def test_a_private_refusal_is_not_taken_for_the_reply(local: Local) -> None:
    card = await asked(local)
    post = await reply_of(local, card)
    maya = local.discord.actor("maya")
    refused = await maya.command("films", "video", {"prompt": " "}, forced=True)
    await shown(refused)

    found = await local.announcer.find(replace(post, token=refused.interaction.token))

    assert found is None


@pytest.mark.parametrize(
    ("status", "code", "fate"),
    [
        (404, 10003, Fate.REFUSED),
        (403, 50001, Fate.REFUSED),
        (403, 50013, Fate.REFUSED),
        (400, 50083, Fate.REFUSED),
        (400, 200000, Fate.REFUSED),
        (400, 240000, Fate.REFUSED),
        (413, 40005, Fate.REFUSED),
        (503, 0, Fate.UNKNOWN),
        (429, 0, Fate.LATER),
    ],
)
async def test_what_discord_says_to_a_film_decides_its_fate(
    local: Local, status: int, code: int, fate: Fate
) -> None:
    card = done(await asked(local))
    local.discord.faults.add(SEND, status=status, code=code, via=False, retry_after=3)

    with pytest.raises(PostError) as refused:
        await local.announcer.send_film(
            film_post(local, card), card, film=None, kept_at=None, ping=True
        )

    assert (refused.value.fate, refused.value.code) == (fate, code)


async def test_a_message_that_was_deleted_is_not_edited_again(local: Local) -> None:
    card = await asked(local)
    post = await reply_of(local, card)
    local.discord.actor("sam").delete(newest(local))

    for rung in (Rung.TOKEN, Rung.MESSAGE):
        with pytest.raises(PostError) as gone:
            await local.announcer.show(replace(post, rung=rung), card)
        assert (gone.value.fate, gone.value.code) == (Fate.REFUSED, 10008)


async def test_a_film_too_large_for_the_server_is_refused_by_one_code(
    local: Local, film: FilmFile
) -> None:
    card = done(await asked(local))
    with film.path.open("r+b") as large:
        large.truncate(11 * 1024 * 1024)

    with pytest.raises(PostError) as refused:
        await local.announcer.send_film(
            film_post(local, card), card, film=film, kept_at=None, ping=True
        )

    assert (refused.value.fate, refused.value.code) == (Fate.REFUSED, 40005)


@pytest.mark.parametrize(("tier", "mebibytes"), [(0, 10), (2, 50), (3, 100)])
async def test_the_limit_of_an_upload_is_the_targets(
    local: Local, tier: int, mebibytes: int
) -> None:
    card = await asked(local)
    server = card.request.server_id
    local.discord.world.change_guild(server, tier=tier)
    local.bot._connection._guilds.pop(server)  # as if the gateway had not said yet

    assert await local.announcer.upload_limit(film_post(local, card)) == mebibytes * 1024**2
    in_dm = film_post(local, card, rung=Rung.DM)
    assert await local.announcer.upload_limit(in_dm) == 10 * 1024**2


async def test_a_film_goes_to_the_persons_dm_where_the_channel_is_closed(local: Local) -> None:
    card = done(await asked(local))

    sent = await local.announcer.send_film(
        film_post(local, card, rung=Rung.DM), card, film=None, kept_at=None, ping=False
    )

    assert sent.channel_id == local.discord.world.channel("@maya").id
    assert newest(local, "@maya").id == sent.message_id


async def test_a_channel_that_is_no_thread_has_no_parent(local: Local) -> None:
    card = done(await asked(local))

    with pytest.raises(PostError) as refused:
        await local.announcer.send_film(
            film_post(local, card, rung=Rung.PARENT), card, film=None, kept_at=None, ping=False
        )

    assert refused.value.fate is Fate.REFUSED


async def test_the_operator_is_told_in_a_dm_of_the_owner(local: Local) -> None:
    notice = Post(
        id="operator.x",
        kind=PostKind.NOTICE,
        state=film_post(local, await asked(local)).state,
        rung=Rung.CHANNEL,
        nonce="n1",
        subject="operator.key",
    )

    sent = await local.announcer.send_notice(notice, None, ping=False)

    owner = local.discord.world.dm(local.discord.world.application.owner_id)
    assert owner is not None
    assert sent.channel_id == owner.id


async def test_the_truth_about_a_film_names_its_requester(local: Local) -> None:
    card = await asked(local)
    failed = replace(card, task=replace(card.task, state=State.FAILED, error_code="timeout"))
    post = channel_post(card.request, card.task.id, PostKind.NOTICE, now=local.clock.now())

    await local.announcer.send_notice(post, failed, ping=True)

    assert newest(local).pinged == {card.request.user_id}


async def test_nothing_is_sent_before_the_login_is_through(local: Local) -> None:
    card = done(await asked(local))
    local.bot._application = None  # the user is known before that

    with pytest.raises(PostError) as early:
        await local.announcer.send_film(
            film_post(local, card), card, film=None, kept_at=None, ping=False
        )

    assert early.value.fate is Fate.LATER


async def test_a_dead_token_is_known_by_its_code(local: Local) -> None:
    card = await asked(local)
    post = await reply_of(local, card)
    local.discord.faults.add("PATCH /webhooks/*", status=401, code=50027)

    with pytest.raises(PostError) as dead:
        await local.announcer.show(post, card)

    assert (dead.value.fate, dead.value.code) == (Fate.REFUSED, 50027)


async def test_a_film_in_a_closed_thread_goes_to_its_parent(local: Local) -> None:
    world = local.discord.world
    card = done(await asked(local))
    films = world.channel("films")
    channel = local.bot.get_channel(films.id)
    assert isinstance(channel, TextChannel)
    thread = await channel.create_thread(name="fox", type=ChannelType.public_thread)
    post = film_post(local, card, channel_id=thread.id, rung=Rung.PARENT)

    sent = await local.announcer.send_film(post, card, film=None, kept_at=None, ping=False)

    assert sent.channel_id == films.id
