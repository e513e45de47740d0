"""What people see of a video, through the real client and the local Discord."""
# ruff: noqa: F811 (fixtures are asked for by the names under which they are imported)

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from discord import ChannelType, TextChannel
from msgspec.structs import replace

from bot.errors import Fate, PostError, Reason
from bot.playground.guild import Cut, Message
from bot.video.outbox import new_posts
from bot.video.outbox.new_posts import reply_id
from bot.video.ports.edges import Clip, FilmFile
from bot.video.values.cards import Card
from bot.video.values.contents import BudgetContent, OperatorContent
from bot.video.values.posts import Post, PostKind, PostState, Rung
from bot.video.values.videos import State
from tests.cogs.harness import Harness, discord, harness, shown  # noqa: F401 (fixtures)

SEND = "POST /channels/*/messages"
URL = "https://films.example/fox.mp4"


@pytest.fixture
def film(tmp_path: Path) -> FilmFile:
    path = tmp_path / "film.mp4"
    path.write_bytes(b"\0\0\0\x18ftypmp42 and the rest")
    return FilmFile(path=path, size=path.stat().st_size)


async def asked(harness: Harness, channel: str | int = "films") -> Card:
    values = {"prompt": "a fox in the snow"}
    await shown(await harness.discord.actor("maya").command(channel, "video", values))
    await harness.told()
    return await harness.film()


async def reply_of(harness: Harness, card: Card) -> Post:
    return await harness.store.tx(lambda books: books.post(reply_id(card.task.id)))


def done(card: Card) -> Card:
    task = replace(card.task, state=State.COMPLETED, film_url=URL)
    return replace(card, task=task)


def film_post(harness: Harness, card: Card, **changes: Any) -> Post:
    post = new_posts.film(card.request, card.task.id, now=harness.clock.now())
    return replace(post, **changes)


def newest(harness: Harness, channel: str | int = "films") -> Message:
    return harness.discord.messages(channel)[-1]


@pytest.mark.parametrize("rung", [Rung.TOKEN, Rung.MESSAGE])
async def test_the_reply_is_edited_by_its_token_and_by_the_bot_itself(
    harness: Harness, rung: Rung
) -> None:
    card = await asked(harness)
    post = replace(await reply_of(harness, card), rung=rung)
    task = replace(card.task, state=State.RUNNING, progress=42)

    await harness.announcer.edit(post, replace(card, task=task))

    assert "42" in newest(harness).text
    assert len(harness.discord.messages("films")) == 1
    assert not newest(harness).pinged
    assert harness.discord.requests[-1].body["allowed_mentions"]["parse"] == []
    by_bot = harness.discord.requests[-1].route.startswith("/channels/")
    assert by_bot is (rung is Rung.MESSAGE)


async def test_a_film_is_uploaded_shown_and_pings_its_requester_alone(
    harness: Harness, film: FilmFile
) -> None:
    card = replace(done(await asked(harness)), credited_to=harness.discord.world.user("leo").id)
    post = film_post(harness, card)

    sent = await harness.announcer.send(post, card, clips=[Clip(post=post, film=film)], ping=True)

    message = newest(harness)
    assert (sent.channel_id, sent.message_id) == (message.channel_id, message.id)
    assert message.pinged == {card.request.user_id}
    assert message.buttons["Original file"]["url"] == URL
    assert str(message.attachments[0].description).startswith("Made with AI. Video: ")
    assert message.attachments[0].path.read_bytes() == film.path.read_bytes()
    assert harness.discord.requests[-1].body["enforce_nonce"] is True


async def test_a_film_sent_twice_with_one_nonce_is_there_once(harness: Harness) -> None:
    card = done(await asked(harness))
    post = film_post(harness, card)

    first = await harness.announcer.send(post, card, ping=True)
    second = await harness.announcer.send(post, card, ping=False)

    assert first == second
    assert len(harness.discord.messages("films")) == 2


async def test_a_lost_answer_is_unknown_and_the_film_is_found(harness: Harness) -> None:
    card = done(await asked(harness))
    post = film_post(harness, card)
    assert await harness.announcer.find(post) is None
    harness.discord.faults.add(SEND, cut=Cut.AFTER)

    with pytest.raises(PostError) as lost:
        await harness.announcer.send(post, card, ping=False)
    found = await harness.announcer.find(post)

    assert lost.value.fate is Fate.UNKNOWN
    assert found is not None
    assert found.message_id == newest(harness).id


async def test_a_reply_is_found_by_its_token_and_later_in_the_history(harness: Harness) -> None:
    card = await asked(harness)
    post = replace(await reply_of(harness, card), message_id=None)
    expired = replace(post, token_until=harness.clock.now() - timedelta(minutes=1))

    by_token = await harness.announcer.find(post)
    by_history = await harness.announcer.find(expired)

    assert by_token is not None
    assert by_history == by_token
    assert by_token.message_id == newest(harness).id


async def test_a_reply_is_found_however_much_was_said_since(harness: Harness) -> None:
    harness.discord.actor("leo").say("films", "before")
    card = await asked(harness)
    reply = newest(harness)
    for number in range(150):
        harness.discord.actor("leo").say("films", f"{number}")
    expired = replace(await reply_of(harness, card), message_id=None, token="")

    found = await harness.announcer.find(expired)

    assert found is not None
    assert found.message_id == reply.id


async def test_a_private_refusal_is_not_taken_for_the_reply(harness: Harness) -> None:
    card = await asked(harness)
    post = await reply_of(harness, card)
    maya = harness.discord.actor("maya")
    refused = await maya.command("films", "video", {"prompt": " "}, forced=True)
    await shown(refused)

    found = await harness.announcer.find(replace(post, token=refused.interaction.token))

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
    harness: Harness, status: int, code: int, fate: Fate
) -> None:
    card = done(await asked(harness))
    harness.discord.faults.add(SEND, status=status, code=code, via=False, retry_after=3)

    with pytest.raises(PostError) as refused:
        await harness.announcer.send(film_post(harness, card), card, ping=True)

    assert (refused.value.fate, refused.value.code) == (fate, code)


async def test_a_message_that_was_deleted_is_not_edited_again(harness: Harness) -> None:
    card = await asked(harness)
    post = await reply_of(harness, card)
    harness.discord.actor("sam").delete(newest(harness))

    for rung in (Rung.TOKEN, Rung.MESSAGE):
        with pytest.raises(PostError) as gone:
            await harness.announcer.edit(replace(post, rung=rung), card)
        assert (gone.value.fate, gone.value.code) == (Fate.REFUSED, 10008)


async def test_a_film_too_large_for_the_server_is_refused_by_one_code(
    harness: Harness, film: FilmFile
) -> None:
    card = done(await asked(harness))
    with film.path.open("r+b") as large:
        large.truncate(11 * 1024 * 1024)

    with pytest.raises(PostError) as refused:
        await harness.announcer.send(
            post := film_post(harness, card), card, clips=[Clip(post=post, film=film)], ping=True
        )

    assert (refused.value.fate, refused.value.code) == (Fate.REFUSED, 40005)


@pytest.mark.parametrize(("tier", "mebibytes"), [(0, 10), (2, 50), (3, 100)])
async def test_the_limit_of_an_upload_is_the_targets(
    harness: Harness, tier: int, mebibytes: int
) -> None:
    card = await asked(harness)
    server = card.request.server_id
    harness.discord.world.change_guild(server, tier=tier)
    harness.bot._connection._guilds.pop(server)  # as if the gateway had not said yet

    assert await harness.announcer.upload_limit(film_post(harness, card)) == mebibytes * 1024**2
    in_dm = film_post(harness, card, rung=Rung.DM)
    assert await harness.announcer.upload_limit(in_dm) == 10 * 1024**2


async def test_a_film_goes_to_the_persons_dm_where_the_channel_is_closed(harness: Harness) -> None:
    card = done(await asked(harness))

    sent = await harness.announcer.send(film_post(harness, card, rung=Rung.DM), card, ping=False)

    assert sent.channel_id == harness.discord.world.channel("@maya").id
    assert newest(harness, "@maya").id == sent.message_id


async def test_a_channel_that_is_no_thread_has_no_parent(harness: Harness) -> None:
    card = done(await asked(harness))

    with pytest.raises(PostError) as refused:
        await harness.announcer.send(film_post(harness, card, rung=Rung.PARENT), card, ping=False)

    assert refused.value.fate is Fate.REFUSED


async def test_the_operator_is_told_in_a_dm_of_the_owner(harness: Harness) -> None:
    notice = Post(
        id="operator.x",
        kind=PostKind.OPERATOR,
        state=film_post(harness, await asked(harness)).state,
        rung=Rung.CHANNEL,
        nonce="n1",
        content=OperatorContent(cause="key"),
    )

    sent = await harness.announcer.send(notice, None, ping=False)

    owner = harness.discord.world.dm(harness.discord.world.application.owner_id)
    assert owner is not None
    assert sent.channel_id == owner.id


async def test_the_truth_about_a_film_names_its_requester(harness: Harness) -> None:
    card = await asked(harness)
    failed = replace(card, task=replace(card.task, state=State.FAILED, reason=Reason.TIMEOUT))
    post = new_posts.outcome(card.request, card.task.id, now=harness.clock.now())

    await harness.announcer.send(post, failed, ping=True)

    assert newest(harness).pinged == {card.request.user_id}


async def test_nothing_is_sent_before_the_login_is_through(harness: Harness) -> None:
    card = done(await asked(harness))
    harness.bot._application = None  # the user is known before that

    with pytest.raises(PostError) as early:
        await harness.announcer.send(film_post(harness, card), card, ping=False)

    assert early.value.fate is Fate.LATER


async def test_a_dead_token_is_known_by_its_code(harness: Harness) -> None:
    card = await asked(harness)
    post = await reply_of(harness, card)
    harness.discord.faults.add("PATCH /webhooks/*", status=401, code=50027)

    with pytest.raises(PostError) as dead:
        await harness.announcer.edit(post, card)

    assert (dead.value.fate, dead.value.code) == (Fate.REFUSED, 50027)


async def test_a_film_in_a_closed_thread_goes_to_its_parent(harness: Harness) -> None:
    world = harness.discord.world
    card = done(await asked(harness))
    films = world.channel("films")
    channel = harness.bot.get_channel(films.id)
    assert isinstance(channel, TextChannel)
    thread = await channel.create_thread(name="fox", type=ChannelType.public_thread)
    post = film_post(harness, card, channel_id=thread.id, rung=Rung.PARENT)

    sent = await harness.announcer.send(post, card, ping=False)

    assert sent.channel_id == films.id


async def test_a_server_that_another_process_hears_is_written_to_in_its_language(
    harness: Harness,
) -> None:
    server = harness.discord.world.change_guild("Film club", locale="es-ES").id
    cached = harness.bot.get_guild(server)
    assert cached is not None
    harness.bot._connection._remove_guild(cached)
    films = harness.discord.world.channel("films").id
    said = BudgetContent(share=50, spent=50_000, budget=100_000)
    post = Post(
        id="budget", kind=PostKind.BUDGET, state=PostState.SENDING, rung=Rung.CHANNEL,
        nonce="budget", server_id=server, channel_id=films, content=said,
    )  # fmt: skip

    for nonce in ("one", "two"):
        await harness.announcer.send(replace(post, nonce=nonce), None, ping=False)

    assert "presupuesto" in newest(harness).text
    assert len(harness.discord.requests.matching("GET /guilds/{guild_id}")) == 1
