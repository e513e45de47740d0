"""A local Discord, and the unmodified discord.py client that talks to it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import aiohttp
import discord
import pytest
import yarl

from bot.playground.guild import LocalDiscord, World, demo_world
from tests.openapi import openapi
from tests.playground.guild.raw_bot import Bot
from tests.playground.guild.raw_socket import Socket

__all__ = ["bot", "clock", "local", "openapi", "pointed", "socket", "world"]


class HandClock:
    """A clock that stands still until a test moves it; sleeping is real."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 23, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def pass_by(self, **delta: float) -> None:
        self.at += timedelta(**delta)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def world() -> World:
    return demo_world()


@pytest.fixture
async def local(world: World, clock: HandClock) -> AsyncIterator[LocalDiscord]:
    async with LocalDiscord(world, clock=clock) as local:
        yield local


@pytest.fixture
async def pointed(local: LocalDiscord, monkeypatch: pytest.MonkeyPatch) -> LocalDiscord:
    """The library asks the local Discord instead of the real one."""
    gateway = yarl.URL(local.gateway_url)
    monkeypatch.setattr(discord.http.Route, "BASE", local.rest_url)
    monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", gateway)
    return local


@pytest.fixture
async def bot(local: LocalDiscord) -> AsyncIterator[Bot]:
    async with aiohttp.ClientSession() as session:
        yield Bot(local, session)


@pytest.fixture
async def socket(local: LocalDiscord, bot: Bot) -> AsyncIterator[Socket]:
    async with bot.session.ws_connect(local.gateway_url) as socket:
        yield Socket(socket, local.token)
