"""What people are told when something fails, and what only the log says."""

import logging
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import aiohttp
import discord
import pytest
from discord import app_commands

from bot.errors import (
    ApiError,
    Cause,
    Certainty,
    CommitUnknown,
    Fate,
    PostError,
    Refusal,
    StorageDown,
)
from bot.ui.replies import explain, reason_of
from bot.video.limits.effective import Rule
from bot.video.limits.room import Room
from bot.video.limits.usage import Usage
from bot.video.values.catalogue import DEFAULT_MODEL, MODELS, ShotType
from bot.video.values.ledgers import Use
from bot.video.values.limits import Measure, Window
from bot.video.values.options import Options
from bot.video.values.prices import Cost
from bot.video.values.shot_lines import parse_shots
from bot.video.values.specs import check, completed
from bot.video.values.videos import VideoSpec


def http_error(status: int, code: int) -> discord.HTTPException:
    response: Any = SimpleNamespace(status=status, reason="")
    return discord.HTTPException(response, {"code": code, "message": "secret detail"})


def test_a_refusal_says_what_to_change() -> None:
    with pytest.raises(Refusal) as refused:
        check(completed(Options(prompt="x" * 2501)))

    assert explain(refused.value, "en-US") == "Your prompt has 2,501 characters; the most is 2,500."
    assert "2.501 caracteres" in explain(refused.value, "es-ES")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("4 a fox\n4 it runs", "add up to 8 s, but the video has 5 s"),
        ("", "at least one shot"),
        ("9 a fox\nit runs", "add up to 10 s, but the video has 5 s"),
        ("x " * 300, "longer than 512"),
    ],
)
def test_shots_that_do_not_add_up_are_explained(text: str, says: str) -> None:
    def read() -> None:
        shots = parse_shots(text, 5, MODELS[DEFAULT_MODEL])
        check(VideoSpec(prompt="", shot_type=ShotType.CUSTOMIZE, shots=shots))

    with pytest.raises(Refusal) as refused:
        read()

    assert says in explain(refused.value, "en-US")


def refused_by(limit: int, price: int) -> Refusal:
    """By a day's credits, of which 90 are used since noon."""
    rule = Rule(measure=Measure.CREDITS, window=Window.DAY, amount=limit)
    use = Use(at=datetime(2026, 11, 23, 12, tzinfo=UTC), price=900_000, seconds=15)
    room = Room(
        at_once=Rule(measure=Measure.AT_ONCE, window=Window.NOW, amount=None),
        active=0,
        usages=[Usage(rule=rule, uses=[use])],
        grants=[],
        used=900_000,
        reset_at=None,
        budget=None,
        ceiling=None,
    )
    with pytest.raises(Refusal) as refused:
        room.admit(Cost(price=price, seconds=5))
    return refused.value


def test_a_used_up_day_says_what_is_left_and_when_the_next_slot_opens() -> None:
    opens = int(datetime(2026, 11, 24, 12, tzinfo=UTC).timestamp())

    assert explain(refused_by(1_000_000, 270_000), "en-US") == (
        "This video costs 27 credits, and in all servers with this bot together you have 10 of 100 "
        "left in the last 24 hours. "
        f"You can make it from <t:{opens}:f> (<t:{opens}:R>)."
    )


def test_a_film_above_the_days_limit_is_told_how_to_become_cheaper() -> None:
    error = refused_by(200_000, 270_000)

    assert "your limit here is 20 a day" in explain(error, "en-US")
    assert "720p" in explain(error, "en-US")


def test_what_the_whole_bot_may_spend_opens_for_whoever_comes_first() -> None:
    noon = datetime(2026, 11, 24, 12, tzinfo=UTC)
    error = Refusal("bot_daily_limit", retry_at=noon, price=270_000, left=39_999)
    at = int(noon.timestamp())

    assert explain(error, "en-US") == (
        "This video costs 27 credits. The bot's daily limit has 3 credits left. "
        f"There is room for it from <t:{at}:f> (<t:{at}:R>), unless others use it first."
    )


@pytest.mark.parametrize(
    ("reason", "count", "says"),
    [
        (
            "at_once",
            1,
            "You already have 1 video in progress, {}. Wait for it, or cancel it.",
        ),
        (
            "at_once",
            2,
            "You already have 2 videos in progress, {}. Wait for one, or cancel one that is still "
            "waiting. The first is expected {}.",
        ),
        (
            "at_once_begun",
            1,
            "You already have 1 video in progress, {}. Wait for it: it can no longer be cancelled. "
            "It is expected {}.",
        ),
        (
            "at_once_begun",
            2,
            "You already have 2 videos in progress, {}. Wait for one: they can no longer be "
            "cancelled. The first is expected {}.",
        ),
    ],
)
def test_too_many_at_once_are_told_what_they_can_still_do(
    reason: str, count: int, says: str
) -> None:
    noon = datetime(2026, 11, 24, 12, tzinfo=UTC)
    ready = noon if "expected" in says else None
    error = Refusal(reason, retry_at=ready, limit=count, active=count, count=count)

    limit = f"the most you can have at once ({count})"
    assert explain(error, "en-US") == says.format(limit, f"<t:{int(noon.timestamp())}:R>")


def test_a_video_that_is_nearly_ready_was_not_expected_seconds_ago() -> None:
    error = Refusal("at_once", limit=2, active=2, count=2, is_soon=True)

    assert explain(error, "en-US").endswith("still waiting. One is expected any moment.")


def test_missing_permissions_are_named_as_discord_names_them() -> None:
    error = Refusal("missing_permissions", permissions=["attach_files", "embed_links", "new_one"])

    assert "Attach Files, Embed Links, and new_one" in explain(error, "en-US")
    assert "Adjuntar archivos, Insertar enlaces y new_one" in explain(error, "es-ES")


def test_facts_that_are_peoples_words_cannot_come_alive() -> None:
    text = explain(Refusal("unknown_choice", option="@everyone [x](https://y.z)"), "en-US")

    assert "@everyone" not in text
    assert "https://" not in text


@pytest.mark.parametrize("cause", Cause)
def test_every_trouble_of_the_video_api_has_calm_words_and_no_detail(cause: Cause) -> None:
    text = explain(
        ApiError(cause, sent=Certainty.NO, code="c0de", message="secret detail"), "es-ES"
    )

    assert text
    assert "c0de" not in text
    assert "secret" not in text


def test_what_became_of_a_request_is_told_truly_when_storage_fails() -> None:
    assert "nothing was started" in explain(StorageDown("disk full"), "en-US")
    assert "may or may not have worked" in explain(CommitUnknown("lost"), "en-US")


def test_what_a_command_raised_is_looked_at_not_its_wrapping() -> None:
    command: Any = SimpleNamespace(name="video")
    wrapped = app_commands.CommandInvokeError(command, Refusal("not_yours"))

    assert explain(wrapped, "en-US") == explain(Refusal("not_yours"), "en-US")


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (app_commands.NoPrivateMessage(), "only works in a server"),
        (app_commands.BotMissingPermissions(["attach_files"]), "Attach Files"),
        (app_commands.CheckFailure(), "can't do that"),
        (app_commands.CommandNotFound("old", []), "Reload Discord"),
        (http_error(503, 0), "try again"),
        (PostError(Fate.REFUSED, code=50001), "permission"),
        (PostError(Fate.LATER, code=20028), "try again"),
        (discord.RateLimited(41.2), "42 s"),
        (http_error(400, 160006), "as many active threads"),
        (http_error(400, 160005), "closed"),
        (http_error(400, 20035), "in this channel"),
        (http_error(403, 50013), "permission"),
        (http_error(400, 50024), "in this channel"),
        (http_error(400, 200000), "AutoMod"),
        (http_error(400, 200001), "AutoMod"),
        (http_error(400, 240000), "link"),
        (aiohttp.ServerDisconnectedError("secret detail"), "try again"),
        (TimeoutError(), "try again"),
    ],
)
def test_discords_own_errors_are_explained_without_their_detail(
    error: Exception, says: str
) -> None:
    text = explain(error, "en-US")

    assert says in text
    assert "secret" not in text


@pytest.mark.parametrize("error", [ValueError("secret detail"), Refusal("never_written_down")])
def test_the_unexpected_is_logged_once_under_the_reference_that_is_shown(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    letters = iter("abcdef")
    text = explain(error, "en-US", choose=lambda _: next(letters))

    assert "`abcdef`" in text
    assert "secret" not in text
    (record,) = caplog.records
    assert "abcdef" in record.getMessage()
    assert record.levelno == logging.ERROR
    assert record.exc_info is not None
    assert record.exc_info[1] is error


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (Refusal("too_late"), "too_late"),
        (Refusal("a word that nobody has a text for"), "unexpected"),
        (StorageDown("disk"), "storage"),
        (ApiError(Cause.KEY, sent=Certainty.NO), "key"),
        (discord.RateLimited(3.0), "rate_limited"),
        (http_error(400, 200000), "blocked_words"),
        (http_error(500, 0), "discord"),
        (PostError(Fate.REFUSED, code=50013), "no_permission"),
        (app_commands.NoPrivateMessage(), "guild_only"),
        (KeyError("a person's word"), "unexpected"),
    ],
)
def test_an_error_counts_under_one_of_our_own_words(error: Exception, reason: str) -> None:
    wrapped = app_commands.CommandInvokeError(SimpleNamespace(name="video"), error)  # type: ignore[arg-type]

    assert reason_of(error) == reason_of(wrapped) == reason
