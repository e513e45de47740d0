"""A database of the last release, full of every kind of row, goes on as if nothing had happened."""

import json
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.app import App
from bot.playground.guild import Message
from bot.playground.guild.ratelimits import Limit, Limits
from tests.story.board import Board
from tests.story.harness import Harness
from tests.story.released import Left, left_by, restore_api, restore_database, restore_discord

pytestmark = pytest.mark.long

RELEASED = "0010"
ROUNDS = 20  # of waiting, until what is not delivered is lost
UNLIMITED = ("MAX_CREDITS_PER_DAY", "DEFAULT_DAILY_CREDITS", "DEFAULT_AT_ONCE", "MAX_RUNNING")
DELIVERED = {
    "a lamp goes on",  # a storyboard's take
    "running, muted",
    "stuck for a day",  # lost, and found after all
    "held, open 0",  # approved, and being submitted when the process was killed
    "waiting 0",
    "waiting 1",
    "waiting 3",
    "used up a share of the budget",
    "its response is there",  # what became of its first response was not known
}
HELD = {
    "held, open 2",
    "held for being new",
    "held for a role",
    "a bat at noon",
    "waiting 2",
    "held, its card is not there yet",
}
REPORTED = {"a fox in the snow", "an owl at night", "a film to be reported later"}
TO_OPERATOR = ("54", "slow down", "EVOLINK_API_KEY", "300", "no credits left", "3,600", "Film club")


@pytest.fixture
def url(harness: Harness) -> str:
    """Of an empty database."""
    return f"sqlite:///{harness.folder / 'released.db'}"


async def prepare(harness: Harness, url: str) -> Left:
    """Everything is as the release left it, a minute later; films are made when they are asked
    for."""
    assert harness.clock is not None
    harness.callbacks_on()
    harness.settings |= {"DATABASE_URL": url, "SERVERS": "all"}
    harness.settings |= dict.fromkeys(UNLIMITED, "unlimited")
    left = left_by(RELEASED, harness)
    restore_database(left, url)
    restore_discord(left, harness.discord.state)
    quick = Limits(routes={}, old_edits=Limit(count=1000, seconds=1.0))
    harness.discord.state.limits.limits = quick  # the library waits in real time
    harness.clock.pass_by(seconds=(left.ended - datetime.now(UTC)).total_seconds() + 60)
    await restore_api(left, harness)
    for task in harness.api.tasks.values():
        task.unstick.set()
    return left


@pytest.fixture
async def app(harness: Harness, url: str) -> AsyncIterator[App]:
    """This version, once it has delivered what was owed."""
    await prepare(harness, url)
    async with harness.bot() as app:
        await rest(harness)
        yield app


async def rest(harness: Harness) -> None:
    """Until everything was delivered that can be."""
    assert harness.clock is not None
    for _ in range(ROUNDS):
        await harness.quiet()
        harness.clock.pass_by(seconds=15)
        if set(made(harness)) >= DELIVERED and "finishing" in in_dm(harness):
            break
    for _ in range(3):  # the last edits, and whatever should not be there
        await harness.quiet()
        harness.clock.pass_by(seconds=15)
    await harness.quiet()


def made(harness: Harness) -> Counter[str]:
    """The videos posted since the upgrade, by prompt."""
    found = [
        each
        for each in harness.discord.messages("films")
        if custom_id(each, "more") and each.attachments and is_new(harness, each)
    ]
    return Counter(words(each) for each in found)


def is_new(harness: Harness, message: Message) -> bool:
    return message.at > datetime(2026, 11, 28, 14, 25, tzinfo=UTC)


def words(message: Message) -> str:
    """The prompt that a message quotes first."""
    quoted = [line for line in message.text.splitlines() if line.startswith("> ")]
    return quoted[0].removeprefix("> ") if quoted else ""


def in_dm(harness: Harness, who: str = "maya") -> str:
    """Everything in a person's direct messages, new ones only."""
    channel = harness.discord.world.dm(harness.discord.world.user(who).id)
    assert channel is not None
    found = [each for each in harness.discord.messages(channel.id) if is_new(harness, each)]
    return "\n\n".join(each.text for each in found)


def with_button(harness: Harness, verb: str, channel: str = "mods") -> dict[str, Message]:
    """Public messages that offer something, by the words of their videos."""
    found = harness.discord.messages(channel)
    return {
        words(each): each
        for each in found
        if each.only_for is None and custom_id(each, verb) and "Live queue" not in each.text
    }


def custom_id(message: Message, verb: str) -> str:
    ids = [str(each.get("custom_id", "")) for each in message.parts()]
    return next((each for each in ids if each.startswith(f"v1:{verb}:")), "")


async def press(harness: Harness, who: str, message: Message, verb: str) -> None:
    actor = harness.discord.actor(who)
    await (await actor.press(message, custom_id=custom_id(message, verb))).responded()


async def exported(harness: Harness, who: str) -> dict[str, Any]:
    """What /privacy export hands out."""
    actor = harness.discord.actor(who)
    sent = await actor.command("films", "privacy export")

    def files() -> list[Message]:
        here = harness.discord.actor(who).messages("films")
        return [each for each in here if each.attachments and each.only_for == actor.user.id]

    await sent.responded()
    await harness.until(files)
    (file,) = files()[-1].attachments
    found: dict[str, Any] = json.loads(file.path.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_what_is_owed_is_delivered_once_and_nothing_is_paid_twice(
    harness: Harness, url: str, kind: str, request: pytest.FixtureRequest
) -> None:
    left = await prepare(
        harness, url if kind == "sqlite" else request.getfixturevalue("empty_pg_url")
    )
    async with harness.bot() as app:
        await rest(harness)
        assert await app.store.tx(lambda books: books.discrepancies()) == []

    assert made(harness) == dict.fromkeys(DELIVERED, 1)
    assert in_dm(harness).count("running, finishing") == 1
    assert in_dm(harness).count("to cool down") == 1
    told = in_dm(harness, "olga")
    assert [each for each in TO_OPERATOR if told.count(each) != 1] == []
    known = {each["body"]["prompt"] for each in left.seen["api"]}
    assert known & {str(each.body["prompt"]) for each in harness.api.requests} == set()
    submitted = Counter(each.headers["Idempotency-Key"] for each in harness.api.requests)
    assert set(submitted.values()) == {1}


async def test_replies_cards_and_boards_show_what_became_of_them(
    harness: Harness, app: App
) -> None:
    films = harness.discord.messages("films")
    assert "no, sorry" in with_words(harness, "mods", "held, open 1").text
    assert "Ready" in with_words(harness, "mods", "held, open 0").text
    assert not custom_id(with_words(harness, "mods", "held, open 0"), "approve")
    assert set(with_button(harness, "approve")) == HELD
    assert "**look at bats**" in with_button(harness, "approve")["a bat at noon"].text
    assert [each.text for each in films if "denied" in each.text and is_new(harness, each)]
    for gone in ("a film to be purged", "another film to go", "running, purged"):
        assert not [each for each in films if gone in each.text]
    board = Board(harness)
    await board.shows("Night walk", "the lamp goes out", "Take 1 by", "Ready")
    empty = [each for each in harness.discord.messages("general") if "Not there yet" in each.text]
    assert len(empty) == 1
    audit = [each.text for each in harness.discord.messages("audit")]
    assert len(audit) == len(set(audit)) == 13
    (queue,) = [m for m in harness.discord.messages("mods") if "Live queue" in m.text]
    assert "held, open 2" in queue.text
    assert "waiting 0" not in queue.text


def with_words(harness: Harness, channel: str, prompt: str) -> Message:
    (found,) = [
        m for m in harness.discord.messages(channel) if words(m) == prompt and m.asked_by is None
    ]
    return found


async def test_held_videos_are_approved_and_reports_are_dealt_with(
    harness: Harness, app: App
) -> None:
    reported = with_button(harness, "dismiss")
    assert set(reported) == REPORTED
    owl = reported["an owl at night"]
    assert "too dark" in owl.text
    assert "still too dark" in owl.text

    for card in reported.values():
        await press(harness, "sam", card, "dismiss")
    for card in with_button(harness, "approve").values():
        await press(harness, "sam", card, "approve")
    await harness.until(lambda: set(made(harness)) == DELIVERED | HELD)
    await harness.quiet()

    assert with_button(harness, "dismiss") == {}
    assert with_button(harness, "approve") == {}
    assert set(made(harness).values()) == {1}
    assert await app.store.tx(lambda books: books.discrepancies()) == []


async def test_people_find_what_is_theirs(harness: Harness, app: App) -> None:
    inbox = await harness.asks("leo", "videos inbox")
    assert "kept, hinted" in inbox
    assert "kept, new" in inbox
    assert "spam again" in inbox
    assert "an owl at night" in await harness.asks("leo", "videos list", words="owl")

    maya, leo, nina = [await exported(harness, who) for who in ("maya", "leo", "nina")]
    assert len(maya["requests"]) > 50
    assert len(maya["tasks"]) == len(maya["reservations"])
    assert [each["reason"] for each in maya["grants"]] == ["a prize"]
    assert [each["reason"] for each in leo["blocks"]] == ["spam again"]
    assert "a film by nina" not in json.dumps(nina)

    owl = next(each for each in harness.films() if words(each) == "an owl at night")
    sent = await (
        await harness.discord.actor("sam").press(owl, custom_id=custom_id(owl, "again"))
    ).responded()
    assert sent.message is not None
    assert "an owl at night" in sent.message.text


async def test_what_a_server_decided_still_holds(harness: Harness, app: App) -> None:
    assert "eel" in await harness.asks("sam", "rules list")
    await harness.asks("sam", "video", prompt="an eel in the sea")  # told in private
    assert "an eel in the sea" not in {words(each) for each in harness.discord.messages("films")}
    assert "200" in await harness.asks("sam", "limits show")
    assert "12 s" in await harness.asks("sam", "video", prompt="long", duration=15)
    assert "to cool down" in await harness.asks("maya", "video", prompt="a fox")
    member = str(harness.discord.world.user("leo").id)
    assert "of 900 credits" in await harness.asks("sam", "moderate user", member=member)


async def test_what_nobody_can_tell_ends_in_the_truth(harness: Harness, app: App) -> None:
    def news() -> str:
        found = harness.discord.messages("films")
        return next((each.text for each in found if "lost track" in each.text), "")

    assert harness.clock is not None
    harness.clock.pass_by(hours=2.5)
    await harness.until(news)
    assert await app.store.tx(lambda books: books.discrepancies()) == []
