"""A rush of commands: how long until everybody is acknowledged, and until all have their cards."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from benchmarks.child import BARE, OURS
from benchmarks.figures import Figure, quantile
from benchmarks.harness import Harness, no_pauses, opened
from benchmarks.postgres import postgres
from bot.playground.guild import Sent, Unanswered, World

TITLE = "A rush"
SIZES = (100, 300, 1000, 3000)
CARDS = 1000  # of this many, the time to the last card has a target
WARM_UP = 1.0  # seconds
IN_TIME = 3.0  # seconds that Discord allows
LATEST = 60.0  # seconds to wait for a card
LOOK = 0.02  # seconds between looks for cards
FEW = 100  # of a crowd of 3,000, in a server of their own
OTHER_SERVER, OTHER_CHANNEL = 10**17, 10**17 + 1


@dataclass(kw_only=True)
class Asked:
    """One command: seconds until its first response and until its card, None for never."""

    channel: str | int
    sent: Sent | None = None
    acknowledged: float | None = None
    shown: float | None = None

    @property
    def is_shown(self) -> bool:
        """Whether everybody sees the card of a video."""
        message = None if self.sent is None else self.sent.message
        return message is not None and message.only_for is None and not message.loading


async def measure(*, is_quick: bool) -> list[Figure]:
    """Times in s, as the local Discord in this process sees them."""
    sizes = (20, 50) if is_quick else SIZES
    figures = [figure for size in sizes for figure in await _beside_the_bare_bot(size)]
    figures += await _on_postgres(50 if is_quick else CARDS)
    return figures + await _two_servers(50 if is_quick else 3000, 5 if is_quick else FEW)


async def _beside_the_bare_bot(size: int) -> list[Figure]:
    bare = await _crowd(["films"] * size, BARE)
    ours = await _crowd(["films"] * size, OURS)
    at = f"{size:,} at once"
    return [
        Figure(
            what=f"{at}: acknowledged too late or never",
            measured=_late(ours),
            unit="commands",
            target=0 if size < 3000 else size // 100,
        ),
        Figure(what=f"{at}: the same, bare bot", measured=_late(bare), unit="commands"),
        _figure(f"{at}: acknowledged, p50", _acknowledged(ours), 0.5, _acknowledged(bare)),
        _figure(f"{at}: acknowledged, the last", _acknowledged(ours), 1, _acknowledged(bare)),
        *_cards(at, ours, target=6 if size == CARDS else None),
    ]


async def _on_postgres(size: int) -> list[Figure]:
    at = f"{size:,} at once on PostgreSQL"
    try:
        with postgres() as url:
            ours = await _crowd(["films"] * size, OURS, DATABASE_URL=url)
    except ImportError:
        return []
    late = Figure(
        what=f"{at}: acknowledged too late or never",
        measured=_late(ours),
        unit="commands",
        target=0,
    )
    return [late, *_cards(at, ours, target=15 if size == CARDS else None)]


async def _two_servers(size: int, few: int) -> list[Figure]:
    """A server's crowd comes first, then a few people of another server."""
    many: list[str | int] = ["films"] * (size - few)
    ours = await _crowd([*many, *[OTHER_CHANNEL] * few], OURS)
    shown = {is_few: _shown(ours, is_few=is_few) for is_few in (True, False)}
    what = f"{size - few:,} in one server, then {few} in another"
    return [
        Figure(what=f"{what}: the few have their cards", measured=max(shown[True]), unit="s"),
        Figure(what=f"{what}: the many have theirs", measured=max(shown[False]), unit="s"),
    ]


async def _crowd(channels: Sequence[str | int], module: str, **settings: str) -> list[Asked]:
    async with opened(change=_open_another) as harness, harness.bot(module, **settings):
        await harness.ask_steadily(rate=100, seconds=WARM_UP)
        asked = [Asked(channel=channel) for channel in channels]
        with no_pauses():
            began = time.perf_counter()
            watch = asyncio.create_task(_watch(asked, began))
            await asyncio.gather(*(_ask(harness, each) for each in asked))
            if module == OURS:
                await watch
            watch.cancel()
        return asked


async def _ask(harness: Harness, asked: Asked) -> None:
    began = time.perf_counter()
    actor = harness.discord.actor(next(harness.people))
    asked.sent = await actor.command(asked.channel, "video", {"prompt": "a fox"})
    try:
        await asked.sent.responded(LATEST)
    except Unanswered:
        return
    asked.acknowledged = time.perf_counter() - began


async def _watch(asked: Sequence[Asked], began: float) -> None:
    waiting = list(asked)
    while waiting and time.perf_counter() < began + LATEST:
        for each in waiting:
            if each.is_shown:
                each.shown = time.perf_counter() - began
        waiting = [each for each in waiting if each.shown is None]
        await asyncio.sleep(LOOK)


def _open_another(world: World) -> None:
    """A second server with the same people, and one channel."""
    (guild,) = world.guilds.values()
    roles = tuple(replace(each, id=OTHER_SERVER) for each in guild.roles if each.id == guild.id)
    members = dict.fromkeys(guild.members, frozenset[int]())
    films = next(each for each in world.channels.values() if each.name == "films")
    world.guilds[OTHER_SERVER] = replace(
        guild, id=OTHER_SERVER, name="Annex", roles=roles, members=members
    )
    world.channels[OTHER_CHANNEL] = replace(
        films, id=OTHER_CHANNEL, name="annex", guild_id=OTHER_SERVER
    )


def _late(asked: Sequence[Asked]) -> int:
    return sum(each.acknowledged is None or each.acknowledged > IN_TIME for each in asked)


def _acknowledged(asked: Sequence[Asked]) -> list[float]:
    return [each.acknowledged for each in asked if each.acknowledged is not None]


def _shown(asked: Sequence[Asked], *, is_few: bool) -> list[float]:
    theirs = [each for each in asked if (each.channel == OTHER_CHANNEL) is is_few]
    return [LATEST if each.shown is None else each.shown for each in theirs]


def _cards(at: str, asked: Sequence[Asked], target: float | None) -> list[Figure]:
    shown = _shown(asked, is_few=False)
    never = sum(each.shown is None for each in asked)
    return [
        _figure(f"{at}: cards, p50", shown, 0.5),
        _figure(f"{at}: cards, the last", shown, 1, target=target),
        Figure(what=f"{at}: no card", measured=never, unit="commands", target=0),
    ]


def _figure(
    what: str,
    ours: Sequence[float],
    share: float,
    bare: Sequence[float] = (),
    *,
    target: float | None = None,
) -> Figure:
    return Figure(
        what=what,
        measured=quantile(ours, share),
        unit="s",
        target=target,
        bare=quantile(bare, share) if bare else None,
    )
