"""Whether this process reaches the services it needs, and who could do its work if it does not.

Any answer counts, even an error: it came from the other side. All times are of one counter."""

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from bot.video.values.standing import HEARING, WORKING, Peer, Process


class ReachTimes(Struct, frozen=True, kw_only=True):
    """Times in seconds."""

    limit: float = 60  # of failures in a row, until a process that can be replaced ends
    fresh: float = 30  # a process reaches what answered it so recently
    every: float = 20  # between answers; a busy process has them anyway
    again: float = 5  # after a failure
    seen: float = 5  # for which a look at the others is true


class Contact:
    """What became of this process's calls to one service."""

    def __init__(self, *, monotonic: Callable[[], float], times: ReachTimes) -> None:
        self._monotonic = monotonic
        self._times = times
        self._answered_at: float | None = None
        self._failing_since: float | None = None
        self._failed_at = monotonic()

    def answered(self) -> None:
        """A call got an answer, whatever it said."""
        self._answered_at, self._failing_since = self._monotonic(), None

    def failed(self) -> None:
        """A call got no answer. Failures more than `limit` apart are not one outage."""
        now = self._monotonic()
        if self._failing_since is None or now - self._failed_at > self._times.limit:
            self._failing_since = now
        self._failed_at = now

    @property
    def is_failing(self) -> bool:
        return self._failing_since is not None

    @property
    def silent(self) -> float | None:
        """Seconds since the last answer."""
        answered_at = self._answered_at
        return None if answered_at is None else self._monotonic() - answered_at

    @property
    def failing(self) -> float:
        """The seconds from the first to the last of the failures since the last answer; a process
        that stood still meanwhile has proof at both ends."""
        since = self._failing_since
        return 0.0 if since is None else self._failed_at - since

    @property
    def is_due(self) -> bool:
        """Whether to ask, so that it is known how things stand."""
        if self.is_failing:
            return self._monotonic() - self._failed_at >= self._times.again
        silent = self.silent
        return silent is None or silent >= self._times.every


class Reach:
    """What this process reaches; `works` and `hears` are what it does. The event loop writes, and
    the heartbeat's thread, which sees the other processes, judges."""

    def __init__(
        self,
        *,
        works: bool,
        hears: bool,
        monotonic: Callable[[], float],
        times: ReachTimes | None = None,
    ) -> None:
        self._works = works
        self._hears = hears
        self._monotonic = monotonic
        self._times = times or ReachTimes()
        needed = Peer if works else (Peer.DISCORD,)
        self.contacts: Mapping[Peer, Contact] = {
            peer: Contact(monotonic=monotonic, times=self._times) for peer in needed
        }
        self._others: Sequence[Process] = ()
        self._looked_at = monotonic() - self._times.seen
        self._has_begun = False
        self._cut_off: str | None = None

    @property
    def cut_off(self) -> str | None:
        """Why this process has to end: others reach what it does not; None while it may go on."""
        return self._cut_off

    @property
    def is_informed(self) -> bool:
        """Whether the others were seen just now: the database may be away."""
        return self._monotonic() - self._looked_at < self._times.seen

    @property
    def is_alone(self) -> bool:
        """Whether no other process reaches what it needs."""
        return self.is_informed and not any(map(self._can((*WORKING, *HEARING)), self._others))

    def begin(self) -> None:
        """This process works from now on, and can lose its place to others."""
        self._has_begun = True

    def silences(self) -> Mapping[Peer, float]:
        """Seconds since each service answered; without those that never did."""
        known = {peer: contact.silent for peer, contact in self.contacts.items()}
        return {peer: silent for peer, silent in known.items() if silent is not None}

    def look(self, others: Sequence[Process]) -> None:
        """Compare with the other processes, which live and stay."""
        self._others, self._looked_at = others, self._monotonic()
        heir = self.heir() if self._has_begun else None
        for peer, contact in self.contacts.items():
            if heir is not None and contact.failing >= self._times.limit:
                self._cut_off = (
                    f"This process has not reached {peer.words} for {contact.failing:.0f} s, while "
                    f"{heir.name} does: it ends, and others take over what it did"
                )

    def unreached(self) -> Sequence[Peer]:
        """The services that did not answer the last call."""
        return [peer for peer, contact in self.contacts.items() if contact.is_failing]

    def heir(self) -> Process | None:
        """Another process that reaches everything, if all that this one still does would go on
        without it. Whoever cannot reach Discord hears nobody, but may have videos to lose."""
        if not self.is_informed:
            return None
        is_deaf = self._works and self.contacts[Peer.DISCORD].is_failing
        needed = [WORKING] if self._works else []
        if self._hears and not is_deaf:
            needed.append(HEARING)
        heirs = [next(filter(self._can(roles), self._others), None) for roles in needed]
        return heirs[0] if None not in heirs else None

    def _can(self, roles: Sequence[str]) -> Callable[[Process], bool]:
        """Whether a process has one of these roles, and reaches what it needs for it."""

        def can(other: Process) -> bool:
            needs = Peer if other.role in WORKING else (Peer.DISCORD,)
            ages = [other.reached.get(peer) for peer in needs]
            # An age far below zero is of before the database's clock was set.
            is_fresh = all(age is not None and abs(age) <= self._times.fresh for age in ages)
            return other.role in roles and is_fresh

        return can
