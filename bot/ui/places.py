"""What a person may do in a channel or thread now, as Discord says: from what it told the bot, else
asked for. A channel that is gone, or that the bot does not see, is seen by nobody."""

import asyncio
from datetime import timedelta
from typing import Any

import discord

from bot.clock import Clock
from bot.errors import Refusal
from bot.ui.remembered import Remembered
from bot.ui.rest import CUT

REMEMBERED = timedelta(minutes=1)  # what was asked for; rights in it are counted anew each time
ASK_SECONDS = 0.8  # the first response has to be out within 2.5
FAILURES = (discord.HTTPException, discord.RateLimited, *CUT)
NONE = discord.Permissions.none()

Interaction = discord.Interaction[Any]


class Places:
    """Answers for any channel; Discord itself says what holds in an interaction's own."""

    def __init__(self, client: discord.Client, *, clock: Clock) -> None:
        self._client = client
        self._threads = Remembered(self._thread, clock=clock, lasting=REMEMBERED)
        self._members = Remembered(self._has_member, clock=clock, lasting=REMEMBERED)

    async def rights(self, interaction: Interaction, channel_id: int) -> discord.Permissions:
        """The presser's rights in a channel, none where they do not see it. Raises `Refusal` where
        Discord does not say."""
        if channel_id == interaction.channel_id:
            return _where_seen(interaction.permissions, interaction.channel)
        guild, member = interaction.guild, interaction.user
        if guild is None or not isinstance(member, discord.Member):
            return NONE
        channel = guild.get_channel_or_thread(channel_id)
        try:
            place = channel or await self._threads.get(channel_id)
            return await self._in(place, member, guild)
        except FAILURES:
            raise Refusal("sight_unknown") from None

    async def _in(
        self, place: object, member: discord.Member, guild: discord.Guild
    ) -> discord.Permissions:
        if isinstance(place, discord.Thread):
            return await self._in_thread(place, member, guild)
        if not isinstance(place, discord.abc.GuildChannel) or place.guild.id != guild.id:
            return NONE
        return _where_seen(place.permissions_for(member), place)

    async def _in_thread(
        self, thread: discord.Thread, member: discord.Member, guild: discord.Guild
    ) -> discord.Permissions:
        """As in its channel; a private one is for its members and who manages threads."""
        if thread.guild.id != guild.id or thread.parent is None:
            return NONE
        granted = thread.permissions_for(member)
        is_open = not thread.is_private() or granted.manage_threads
        if is_open or await self._members.get((thread.id, member.id)):
            return _where_seen(granted, thread)
        return NONE

    async def _thread(self, channel_id: int) -> object:
        """What the bot was not told of: a thread that is archived, most likely."""
        try:
            async with asyncio.timeout(ASK_SECONDS):
                return await self._client.fetch_channel(channel_id)
        except (discord.NotFound, discord.Forbidden, discord.InvalidData):
            return None

    async def _has_member(self, asked: tuple[int, int]) -> bool:
        try:
            async with asyncio.timeout(ASK_SECONDS):
                await self._client.http.get_thread_member(*asked)
        except (discord.NotFound, discord.Forbidden):
            return False
        return True


def channels_seen(interaction: Interaction) -> dict[int, discord.Permissions]:
    """The channels and public threads that a person sees, with their rights there; this one
    surely. Archived threads, which Discord does not tell of, are seen by who sees the channel."""
    guild, member = interaction.guild, interaction.user
    if guild is None or not isinstance(member, discord.Member):
        return {}
    threads = [each for each in guild.threads if each.parent and not each.is_private()]
    granted = {
        each.id: _where_seen(each.permissions_for(member), each)
        for each in (*guild.channels, *threads)
    }
    granted[interaction.channel_id or 0] = interaction.permissions
    return {place: rights for place, rights in granted.items() if rights.read_messages}


def check_may_write(interaction: Interaction) -> None:
    """Raises `Refusal` where the person may not write: the bot does not do so for them."""
    channel, granted = interaction.channel, interaction.permissions
    if granted.administrator:
        return
    may = granted.send_messages
    if isinstance(channel, discord.Thread):
        may = granted.send_messages_in_threads
        may = may and (not channel.locked or granted.manage_threads)
    if not may:
        raise Refusal("cannot_write_here")


def _where_seen(granted: discord.Permissions, channel: object) -> discord.Permissions:
    """None at all without seeing it; the chat of a voice channel is for who may connect."""
    is_voice = isinstance(channel, discord.VoiceChannel | discord.StageChannel)
    if granted.administrator or (granted.read_messages and (granted.connect or not is_voice)):
        return granted
    return NONE
