"""What moderators read of money: `/limits usage`, `/limits show` and the form of the budget."""

import csv
from pathlib import Path
from typing import Any

import pytest

from bot.playground.guild import LocalDiscord, Message, NotPossible
from bot.video.limits.effective import Limits
from bot.video.values.prices import CREDIT
from tests.cogs.harness import Harness, dealt_with, local_bot, shown
from tests.cogs.steps import asked, put, running


async def limits(harness: Harness, command: str, **values: object) -> Message:
    """What olga, a moderator, is told."""
    return await shown(
        await harness.discord.actor("olga").command("films", f"limits {command}", values)
    )


def rows_of(message: Message) -> list[list[str]]:
    (file,) = message.attachments
    return list(csv.reader(file.path.read_text("utf-8-sig").splitlines()))


async def form_of(harness: Harness) -> Any:
    sam = harness.discord.actor("sam")
    first = await shown(await sam.command("mods", "settings"))
    page = await shown(await sam.choose(first, "v1:settings:go", ["money"]))
    return (await (await sam.press(page, custom_id="v1:set:budget")).responded()).modal


async def test_usage_says_who_spent_what_on_which_day_and_has_it_as_a_file(
    harness: Harness,
) -> None:
    await put(harness, "budget", 200)
    await asked(harness)
    await running(harness)
    await asked(harness, "leo")
    maya, leo = (harness.discord.actor(name).user.id for name in ("maya", "leo"))

    told = await limits(harness, "usage")

    assert told.only_for is not None
    assert "2 videos · 73 credits ($1.06)" in told.text
    assert "1 video not started yet · 37 credits ($0.53)" in told.text
    budget = (
        "37 credits ($0.53) used, 37 credits ($0.53) reserved for waiting videos (36% together)"
    )
    assert f"This month's budget is 200 credits ($2.94): {budget}, 127 credits" in told.text
    assert "Not started yet · 1 video · 37 credits ($0.53)" in told.text
    assert f"1. <@{min(maya, leo)}> · 1 video · 37 credits ($0.53) · 18% of the budget" in told.text
    today = harness.clock.now().date().isoformat()
    heading, *rows = rows_of(told)
    assert heading == ["Day (UTC)", "Member", "Member (name)", "Videos", "Credits", "US dollars"]
    assert rows == [
        [today, f"<@{maya}>", "Maya", "1", "36.018", "0.5297"],
        ["not started", f"<@{leo}>", "Leo", "1", "36.018", "0.5297"],
    ]


async def test_usage_says_what_a_refusal_says(harness: Harness) -> None:
    await put(harness, "budget", 60)
    await asked(harness)

    maya = harness.discord.actor("maya")
    refused = await shown(await maya.command("films", "video", {"prompt": "a fox"}))
    told = await limits(harness, "usage")

    assert "of 60 has 23 left" in refused.text
    assert "23 credits left" in told.text


async def test_a_bill_that_takes_long_to_read_still_arrives(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.ui.answer.PATIENCE", 0)
    await asked(harness)
    olga = harness.discord.actor("olga")

    await (await olga.command("films", "limits usage")).responded()
    await dealt_with()
    told = olga.messages("films")[-1]

    assert told.only_for == olga.user.id
    assert not told.loading
    assert "1 video" in told.text
    assert len(told.attachments) == 1


async def test_a_month_without_videos_has_no_file(harness: Harness) -> None:
    await asked(harness)
    await running(harness)

    told = await limits(harness, "usage", month="last")

    assert "No videos." in told.text
    assert told.attachments == ()


async def test_members_are_not_offered_usage(
    harness: Harness,
) -> None:
    with pytest.raises(NotPossible):
        await harness.discord.actor("maya").command("films", "limits usage")


async def test_a_file_says_where_it_ends(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("maya", "leo"):
        await asked(harness, name)
    monkeypatch.setattr("bot.ui.tables.SIZE_LIMIT", 80)

    told = await limits(harness, "usage")

    assert len(rows_of(told)) == 2
    assert "The file ends after 1 lines" in told.text


async def test_limits_show_the_budget_and_the_bots_cap(
    tmp_path: Path, discord: LocalDiscord
) -> None:
    own = Limits(daily=None, at_once=None, bot_daily=300 * CREDIT)
    async with local_bot(tmp_path, discord=discord, limits=own) as harness:
        without = await limits(harness, "show")
        await put(harness, "budget", 1000)
        await asked(harness)
        roomy = await limits(harness, "show")
        for _ in range(7):
            await asked(harness)
        nearly = await limits(harness, "show")

    assert "⚠ No monthly budget: only the bot's own cap limits this server." in without.text
    assert "0 credits ($0.00) of 1,000 credits ($14.71) used, 37 credits" in roomy.text
    assert "reserved for waiting videos (3% together), 963 credits left" in roomy.text
    assert "all servers together: 300 credits ($4.41) in any 24 hours" in roomy.text
    assert "is nearly reached: 11 credits left right now" in nearly.text


async def test_no_upper_limit_is_a_warning_wherever_it_is_set_and_shown(harness: Harness) -> None:
    answer = await limits(harness, "set", amount="unlimited")
    sam = harness.discord.actor("sam")
    page = await shown(await sam.command("mods", "settings"))
    money = await shown(await sam.choose(page, "v1:settings:go", ["money"]))

    for told in (answer, money, await limits(harness, "show")):
        assert "⚠ No monthly budget, and no cap of the bot" in told.text


async def test_the_budgets_form_says_what_is_used_and_what_credits_pay_for(
    harness: Harness,
) -> None:
    await asked(harness)

    first = await form_of(harness)
    await put(harness, "budget", 200)
    second = await form_of(harness)

    (about,) = [one["content"] for one in first.components if one["type"] == 10]
    assert "Used this month: 37 credits ($0.53)." in about
    assert "1,000 credits ($14.71) a month pay for 37 videos of 5 s" in about
    assert "or 6 of 15 s" in about
    (about,) = [one["content"] for one in second.components if one["type"] == 10]
    assert "200 credits ($2.94) a month pay for 7 videos" in about
