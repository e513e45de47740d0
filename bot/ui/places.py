"""What a person may do in a channel or thread now, from what Discord told the bot or answers.
Nobody sees a channel that is gone, or that the bot cannot see."""

import asyncio
from datetime import timedelta
from typing import Any

import discord

from bot.clock import Clock
from bot.errors import Refusal
from bot.ui.remembered import Remembered
from bot.ui.rest import CUT

REMEMBERED = timedelta(minutes=1)  # for Discord's answers; permissions are computed each time
ASK_SECONDS = 4.0  # the answer is deferred meanwhile
FAILURES = (discord.HTTPException, discord.RateLimited, *CUT)
NONE = discord.Permissions.none()

Interaction = discord.Interaction[Any]


class Places:
    """Answers for any channel but an interaction's own, where Discord itself decides."""

    def __init__(self, client: discord.Client, *, clock: Clock) -> None:
        self._client = client
        self._threads = Remembered(self._thread, clock=clock, lasting=REMEMBERED)
        self._members = Remembered(self._has_member, clock=clock, lasting=REMEMBERED)

    async def rights(self, interaction: Interaction, channel_id: int) -> discord.Permissions:
        """The person's permissions in a channel; none if they cannot see it. Raises `Refusal` if
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
        """As in its channel; a private one is for its members, and for those who manage threads."""
        if thread.guild.id != guild.id or thread.parent is None:
            return NONE
        granted = thread.permissions_for(member)
        is_open = not thread.is_private() or granted.manage_threads
        if is_open or await self._members.get((thread.id, member.id)):
            return _where_seen(granted, thread)
        return NONE

    async def _thread(self, channel_id: int) -> object:
        """A channel the bot was not told about, most likely an archived thread."""
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
    """The channels and public threads a person sees, with their permissions there; always includes
    this one. Archived threads, which Discord does not list, are visible to whoever sees the
    channel."""
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
    """Raises `Refusal` if the person may not write here: the bot must not do it for them."""
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
    """No permissions without seeing it; a voice channel's chat is for those who may connect."""
    is_voice = isinstance(channel, discord.VoiceChannel | discord.StageChannel)
    if granted.administrator or (granted.read_messages and (granted.connect or not is_voice)):
        return granted
    return NONE
