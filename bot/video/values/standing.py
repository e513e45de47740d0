"""Where everything stands right now: what monitoring and `python -m bot status` show."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from bot.video.values.posts import PostKind
from bot.video.values.videos import State

HTTP = "http"  # the role of a process that Discord calls
WAITING = "waiting"  # the role of one that starts when it reaches what it needs, as others do
WORKING, HEARING = ("all", "worker", HTTP), ("all", "gateway", HTTP)  # roles
UNREACHED = 45.0  # seconds without an answer, though each process asks every 20 s
MOST_SPANS = 3
LONGEST_HOST = 24  # characters; a container's name has 12


def process_name(owner: int, host: str, pid: int) -> str:
    """What a process is called, in the log as in `status`."""
    if not host:
        return f"#{owner}"
    shown = host if len(host) <= LONGEST_HOST else f"{host[: LONGEST_HOST - 3]}..."
    return f"#{owner} on {shown}, pid {pid}"


def shards_of(some: Collection[int], count: int) -> str:
    """Some of `count` shards, by their numbers: "shards 0-3, 7 of 8"."""
    return f"{'shard' if len(some) == 1 else 'shards'} {_spans(some)} of {count}"


def _spans(shards: Collection[int]) -> str:
    found: list[list[int]] = []
    for shard in sorted(shards):
        if found and shard == found[-1][-1] + 1:
            found[-1][1:] = [shard]
        else:
            found.append([shard])
    shown = ", ".join("-".join(map(str, span)) for span in found[:MOST_SPANS])
    return shown + (", ..." if len(found) > MOST_SPANS else "")


class Peer(StrEnum):
    """A service that processes on one database need."""

    API = "api"
    DISCORD = "discord"

    @property
    def words(self) -> str:
        return "the video API" if self is Peer.API else "Discord"


class Process(Struct, frozen=True, kw_only=True):
    """A start of the program that has not ended; `silent` is the seconds since it last renewed its
    lease, None where a lock file is the lease; `reached` those since each service answered it."""

    owner: int
    started_at: datetime
    silent: float | None
    videos: int = 0  # without an outcome, that it drives; only `status` counts them
    is_running: bool = True  # as far as its lease tells
    role: str = ""
    version: str = ""
    is_leaving: bool = False  # it hands its shards over
    host: str = ""
    pid: int = 0
    reached: Mapping[Peer, float] = {}

    @property
    def unreached(self) -> Sequence[Peer]:
        """The services that did not answer it, when it last gave a sign of life."""
        died = self.silent or 0.0
        never = died + (UNREACHED if self.role == WAITING else 0.0)
        return [peer for peer in Peer if self.reached.get(peer, never) - died >= UNREACHED]

    @property
    def name(self) -> str:
        return process_name(self.owner, self.host, self.pid)


class Shard(Struct, frozen=True, kw_only=True):
    """A part of Discord's gateway, and the processes that hear it and that will; 0 for none."""

    id: int
    owner: int
    next_owner: int


class Standing(Struct, frozen=True, kw_only=True):
    """What the database says, in one look; prices in 1/10,000 credit."""

    videos: Mapping[State, int]  # only the states that are no outcome, zeros included
    oldest: Mapping[State, datetime]  # when the oldest video in each of these was ordered
    owed: Mapping[PostKind, int]  # messages that are due or being sent
    overdue: int  # of these, the ones that should have been sent by now
    overdue_since: datetime | None
    doubted: int  # owed messages that may be there already
    deferred: int  # "thinking" messages that nothing has replaced yet
    ordered: int  # in the last 24 hours
    processes: Sequence[Process]
    shards: Sequence[Shard]  # empty where one process hears all
    is_paused: bool  # by the operator
    pause: str  # why nothing is submitted (`life.gate.Pause`); "" while the gate is open
    ahead: float = 0.0  # seconds of the reader's clock before the database's

    @property
    def unheard(self) -> int:
        """How many shards no process hears that has not ended; none if Discord calls one."""
        if any(each.role == HTTP and each.is_running for each in self.processes):
            return 0
        living = {process.owner for process in self.processes if process.is_running}
        return sum(shard.owner not in living for shard in self.shards)
