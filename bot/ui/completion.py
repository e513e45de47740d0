"""Completes a video's id by words of its prompt and by its day, from what the person may see."""

import asyncio
from collections.abc import Iterable
from datetime import date
from typing import Any

import discord
from discord.app_commands import Choice
from msgspec.structs import replace

from bot.errors import Refusal, StorageDown
from bot.ui.access import Access
from bot.ui.escape import clean, shorten
from bot.ui.finding import WORDS_LIMIT, Sought, read_day
from bot.ui.places import channels_seen
from bot.video.doors.videos import VideoService
from bot.video.ports.tasks import Search
from bot.video.values.cards import Card

MOST = 25  # suggestions; Discord, interactions
NAME_LIMIT = 100  # characters of a suggestion; Discord, interactions
TYPED_LIMIT = 60  # characters that are looked at
AT_ONCE = 4  # searches; who types while there are more is suggested nothing

Interaction = discord.Interaction[Any]


class VideoIds:
    """Suggests ids of videos, newest first: at most 25, after one search of the newest videos."""

    def __init__(self, videos: VideoService, access: Access) -> None:
        self._videos = videos
        self._access = access
        self._searches = asyncio.Semaphore(AT_ONCE)

    async def seen(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        """Suggest what `/videos show` would show; without words, the person's own videos."""
        seen_in = channels_seen(interaction)
        moderated_in = await self._access.moderated_in(interaction, seen_in)
        search = _search(interaction, typed, frozenset(seen_in), moderated_in)
        return _choices(
            each
            for each in await self._found(search)
            if not each.is_taken_away
            or moderated_in & {each.request.channel_id, each.request.seen_from}
        )

    async def moderated(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        """Suggest what a moderator sees and nobody removed yet; nothing to anybody else."""
        if not await self._access.may_moderate(interaction):
            return []
        seen_in = frozenset(channels_seen(interaction))
        search = _search(interaction, typed, seen_in, seen_in)
        found = await self._found(replace(search, user_id=None))
        return _choices(each for each in found if each.task.deleted_by is None)

    async def _found(self, search: Search) -> list[Card]:
        if self._searches.locked():
            return []
        async with self._searches:
            try:
                return await self._videos.films(search)
            except (Refusal, StorageDown):
                return []


def _search(
    interaction: Interaction,
    typed: str,
    seen_in: frozenset[int],
    moderated_in: frozenset[int],
) -> Search:
    return _sought(typed).search(
        server_id=interaction.guild_id or 0,
        by=interaction.user.id,
        seen_in=seen_in,
        moderated_in=moderated_in,
        offset=0,
        limit=MOST,
    )


def _sought(typed: str) -> Sought:
    """Words, and maybe a day such as 2026-11-23."""
    day, words = None, list[str]()
    for each in typed[:TYPED_LIMIT].split():
        found = _day(each)
        day = found or day
        if found is None:
            words.append(each)
    return Sought(words=" ".join(words)[:WORDS_LIMIT], since=day, until=day)


def _day(word: str) -> date | None:
    try:
        return read_day(word) if len(word) == len("2026-11-23") else None
    except Refusal:
        return None


def _choices(cards: Iterable[Card]) -> list[Choice[str]]:
    return [Choice(name=_name(each), value=each.task.id) for each in cards]


def _name(card: Card) -> str:
    """Such as "2026-11-23 18:05 UTC · a fox in the snow"; suggestions have no markdown."""
    spec, when = card.request.spec, f"{card.request.created_at:%Y-%m-%d %H:%M} UTC"
    prompt = clean(spec.prompt or " / ".join(shot.prompt for shot in spec.shots))
    return shorten(f"{when} · {prompt or '…'}", NAME_LIMIT)
