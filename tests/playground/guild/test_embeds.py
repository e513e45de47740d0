"""Embeds: what is refused, and what appears in the message."""

from typing import Any

import pytest

from bot.playground.guild import LocalDiscord
from tests.playground.guild.raw_bot import Bot


@pytest.mark.parametrize(
    ("embed", "path"),
    [
        (5, "0"),
        ({"title": 5}, "0.title"),
        ({"color": "5"}, "0.color"),
        ({"color": True}, "0.color"),
        ({"color": 1 << 24}, "0.color"),
        ({"footer": "x"}, "0.footer"),
        ({"fields": {"name": "x"}}, "0.fields"),
        ({"fields": [{"name": "x", "value": "y", "inline": "x"}]}, "0.fields.0.inline"),
        ({"fields": [None]}, "0.fields.0"),
        ({"url": "javascript:x"}, "0.url"),
        ({"timestamp": "soon"}, "0.timestamp"),
        ({"image": {"url": []}}, "0.image.url"),
    ],
)
async def test_what_is_no_embed_is_refused_field_by_field(bot: Bot, embed: Any, path: str) -> None:
    answer = await bot.post("films", {"content": "x", "embeds": [embed]})
    assert answer.verdict == (400, 50035)
    found = answer.body["errors"]["embeds"]
    for step in path.split("."):
        found = found[step]
    assert found["_errors"]
    assert bot.local.messages("films") == []


async def test_an_embed_stands_without_what_is_null_and_with_its_files(
    local: LocalDiscord, bot: Bot
) -> None:
    embed = {
        "title": "Fox",
        "description": None,
        "fields": [{"name": "a", "value": "b"}],
        "image": {"url": "attachment://a.png"},
    }
    answer = await bot.post("films", {"embeds": [embed]}, files={"a.png": b"picture"})
    (shown,) = answer.body["embeds"]
    address = answer.body["attachments"][0]["url"]
    assert shown == {
        "type": "rich",
        "title": "Fox",
        "fields": [{"name": "a", "value": "b", "inline": False}],
        "image": {"url": address},
    }
