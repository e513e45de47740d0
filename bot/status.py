"""What `python -m bot status` prints: how everything stands, on one screen."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from textwrap import wrap

from msgspec import Struct
from msgspec.json import encode, format

from bot.video.life.pauses import why_paused
from bot.video.values.posts import PostKind
from bot.video.values.prices import CREDIT
from bot.video.values.standing import Peer, Process, Shard, Standing, shards_of
from bot.video.values.videos import State

WIDTH, MARGIN = 80, 12  # characters
MOST_PROCESSES = 6  # of two lines at most; the screen has 24
FEW = 3  # processes named in one line
_KINDS = {
    PostKind.REPLY: "replies",
    PostKind.FILM: "videos",
    PostKind.SHOWCASE: "showcased videos",
    PostKind.OUTCOME: "notices of an end",
    PostKind.APPROVAL: "approvals",
    PostKind.REPORT: "reports",
    PostKind.QUEUE: "queues",
    PostKind.BOARD: "storyboards",
    PostKind.AUDIT: "audit lines",
    PostKind.PERSON: "lines to members",
    PostKind.BUDGET: "budget lines",
    PostKind.OPERATOR: "lines to you",
}


class Status(Struct, frozen=True, kw_only=True):
    """How everything stands `at` a time. `cap` is the operator's, in 1/10,000 credit."""

    version: str
    at: datetime
    database: str
    cap: int | None
    standing: Standing


def lines(status: Status) -> Iterator[str]:
    """One screen of text, 80 wide."""
    seen, at = status.standing, status.at
    yield f"video-bot {status.version}, {status.database}, {at:%Y-%m-%d %H:%M:%S} UTC"
    yield ""
    yield from _processes(seen, at)
    yield from _line("Paused", why_paused(seen.is_paused, seen.pause) or "no")
    yield from _line("Waiting", _counted(seen, at, State.QUEUED, State.HELD))
    yield from _line("At the API", _counted(seen, at, State.SUBMITTING, State.RUNNING))
    yield from _line("In doubt", _doubts(seen))
    yield from _line("Owed", _owed(seen))
    if seen.deferred:
        yield from _line("", f'{_count(seen.deferred, "answer")} still "thinking"')
    if seen.overdue_since is not None:
        yield from _line(
            "", f"{seen.overdue:,} overdue, the oldest for {_since(seen.overdue_since, at)}"
        )
    yield from _line("Credits", f"{_credits(status)} in the last 24 hours")


def as_json(status: Status) -> str:
    """The same for programs; prices in 1/10,000 credit."""
    return format(encode(status), indent=2).decode()


def _processes(seen: Standing, at: datetime) -> Iterator[str]:
    """The running processes, then those that fell silent."""
    if not seen.processes:
        yield from _line("Processes", "none is running")
    heard = _heard(seen.shards)
    heads = ["Processes", *[""] * len(seen.processes)]
    shown = sorted(seen.processes, key=lambda process: (not process.is_running, process.owner))
    for head, process in zip(heads, shown[:MOST_PROCESSES], strict=False):
        yield from _line(
            head, _process(process, at, heard.get(process.owner, ()), len(seen.shards))
        )
    if (more := len(shown) - MOST_PROCESSES) > 0:
        yield from _line("", f"and {more:,} more")
    for peer in Peer:
        if cut_off := [f"#{each.owner}" for each in seen.processes if peer in each.unreached]:
            yield from _line("", f"{_few(cut_off)} did not reach {peer.words} of late")
    if seen.unheard:
        yield from _line("", f"nobody has {_count(seen.unheard, 'shard')} of {len(seen.shards)}")


def _process(process: Process, at: datetime, shards: Sequence[int], count: int) -> str:
    name = process.name
    drives = f"drives {_count(process.videos, 'video')}"
    if not process.is_running:
        silent = "" if process.silent is None else f" {_length(process.silent)} ago"
        return f"{name}: died{silent}, {drives}; the next process takes over"
    role = process.role and f"role {process.role}"
    about = ", ".join(filter(None, (process.version, role)))
    kind = f" ({about})" if about else ""
    hears = f", has {shards_of(shards, count)}" if shards else ""
    leaves = ", hands over" if process.is_leaving else ""
    return f"{name}{kind}: runs for {_since(process.started_at, at)}, {drives}{hears}{leaves}"


def _heard(shards: Sequence[Shard]) -> Mapping[int, Sequence[int]]:
    """The shards that each process hears."""
    found: dict[int, list[int]] = {}
    for shard in shards:
        found.setdefault(shard.owner, []).append(shard.id)
    return found


def _counted(seen: Standing, at: datetime, *states: State) -> str:
    parts = []
    for state in states:
        oldest = seen.oldest.get(state)
        age = "" if oldest is None else f" (the oldest for {_since(oldest, at)})"
        parts.append(f"{seen.videos.get(state, 0):,} {state}{age}")
    return ", ".join(parts)


def _doubts(seen: Standing) -> str:
    videos, messages = seen.videos.get(State.UNCONFIRMED, 0), seen.doubted
    return f"{_count(videos, 'video')}, {_count(messages, 'message')}"


def _owed(seen: Standing) -> str:
    total = sum(seen.owed.values())
    kinds = [f"{_KINDS[kind]} {count:,}" for kind, count in _sorted(seen.owed) if count]
    more = f" and {len(kinds) - 3} more kinds" if len(kinds) > 3 else ""
    told = f": {', '.join(kinds[:3])}{more}" if kinds else ""
    return f"{_count(total, 'message')}{told}"


def _sorted(counts: Mapping[PostKind, int]) -> list[tuple[PostKind, int]]:
    return sorted(counts.items(), key=lambda pair: -pair[1])


def _credits(status: Status) -> str:
    spent = f"{status.standing.ordered / CREDIT:,.0f}"
    if status.cap is None:
        return f"{spent} ordered (no limit)"
    return f"{spent} of {status.cap / CREDIT:,.0f} ordered"


def _since(then: datetime, at: datetime) -> str:
    return _length(max(timedelta(), at - then).total_seconds())


def _length(seconds: float) -> str:
    """A time in its largest whole unit."""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds // size:,.0f} {unit}"
    return f"{seconds:.0f} s"


def _few(names: Sequence[str]) -> str:
    more = f" and {len(names) - FEW:,} more" if len(names) > FEW else ""
    return ", ".join(names[:FEW]) + more


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _line(head: str, text: str) -> Iterator[str]:
    """A line with its head in the margin, and further ones if it is long."""
    blank = " " * MARGIN
    yield from wrap(text, WIDTH, initial_indent=f"{head:<{MARGIN}}", subsequent_indent=blank)
