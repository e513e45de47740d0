"""The filters of `/videos list`, encoded in its buttons: short enough for a custom id."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Self

import discord
from discord import app_commands
from msgspec import Struct

from bot.errors import Refusal
from bot.ui.access import Access
from bot.ui.places import channels_seen
from bot.video.ports.tasks import Search

WORDS_LIMIT = 40  # characters
YEARS = range(2015, 3000)  # of Discord, from its first one
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class Place(app_commands.Transformer):
    """A channel or thread in which videos are made, or a channel with such threads. Only Discord
    knows archived threads, so any id is accepted."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        kind = discord.ChannelType
        threads = [kind.public_thread, kind.private_thread, kind.news_thread]
        return [kind.text, kind.news, kind.voice, kind.stage_voice, kind.forum, *threads]

    async def transform(self, interaction: discord.Interaction[Any], value: Any, /) -> int:
        return int(value.id)


class Sought(Struct, frozen=True, kw_only=True):
    """The filters; all optional, days are whole days (UTC). Without any, one's own videos."""

    person: int = 0
    channel: int = 0
    since: date | None = None
    until: date | None = None
    words: str = ""

    @classmethod
    def read(cls, written: str) -> Self:
        """Parse what `__str__` wrote."""
        if not written:
            return cls()
        _, person, channel, since, until, words = written.split(".", 5)
        return cls(
            person=int(person or "0", 36),
            channel=int(channel or "0", 36),
            since=date.fromisoformat(since) if since else None,
            until=date.fromisoformat(until) if until else None,
            words=words,
        )

    def __str__(self) -> str:
        if self == Sought():
            return ""
        days = [day.isoformat().replace("-", "") if day else "" for day in (self.since, self.until)]
        return ".".join(["", short(self.person), short(self.channel), *days, self.words])

    def search(
        self,
        *,
        server_id: int,
        by: int,
        seen_in: frozenset[int],
        moderated_in: frozenset[int],
        offset: int,
        limit: int,
    ) -> Search:
        """The search: videos `by` this person, videos posted in a channel of `seen_in`, and all
        videos requested in a channel of `moderated_in`."""
        mine = self == Sought()
        return Search(
            user_id=by if mine else self.person or None,
            server_id=server_id,
            channel_id=self.channel or None,
            since=start_of(self.since),
            until=start_of(self.until and self.until + timedelta(days=1)),
            words=tuple(self.words.split()),
            seen_by=by,
            seen_in=seen_in,
            moderated_in=moderated_in,
            offset=offset,
            limit=limit,
        )


async def readable(interaction: discord.Interaction[Any], access: Access) -> Search:
    """The search for all videos in the server whose prompts this person may read."""
    seen_in = channels_seen(interaction)
    return Search(
        server_id=interaction.guild_id,
        seen_by=interaction.user.id,
        seen_in=frozenset(seen_in),
        moderated_in=await access.moderated_in(interaction, seen_in),
    )


def read_day(written: str | None) -> date | None:
    """A day such as 2026-11-23, not before Discord existed. Raises `Refusal`."""
    if not written:
        return None
    try:
        day = date.fromisoformat(written.strip())
    except ValueError:
        raise Refusal("unknown_date") from None
    if day.year not in YEARS:
        raise Refusal("unknown_date")
    return day


def start_of(day: date | None) -> datetime | None:
    """Its first moment, UTC."""
    return None if day is None else datetime.combine(day, time.min, UTC)


def short(number: int) -> str:
    """An id with as few letters as possible; "" for 0."""
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = DIGITS[digit] + digits
    return digits
