"""Rate limits: buckets by route and major parameter, and a global one.

https://docs.discord.com/developers/topics/rate-limits. Real sizes are not published; the defaults
are what others have observed. Each local Discord can set its own."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.clock import Clock

OLD = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Limit:
    """A number of requests in a number of seconds, counted from the first one."""

    count: int
    seconds: float


FIVE = Limit(count=5, seconds=5.0)
WEBHOOK = "/webhooks/{webhook_id}/{webhook_token}"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """`routes` maps method and template; `old_edits` is for messages older than an hour.

    `follow_ups`: https://github.com/discord/discord-api-docs/issues/7243
    """

    routes: Mapping[tuple[str, str], Limit] = field(
        default_factory=lambda: {
            ("POST", "/channels/{channel_id}/messages"): FIVE,
            ("PATCH", "/channels/{channel_id}/messages/{message_id}"): FIVE,
            ("POST", WEBHOOK): FIVE,
            ("PATCH", f"{WEBHOOK}/messages/@original"): FIVE,
            ("PATCH", f"{WEBHOOK}/messages/{{message_id}}"): FIVE,
        }
    )
    overall: Limit = Limit(count=50, seconds=1.0)
    old_edits: Limit = Limit(count=3, seconds=20.0)
    follow_ups: Limit = Limit(count=30, seconds=60.0)  # in a channel, whatever they follow


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Whether a request passes, and the headers that tell the client about its bucket."""

    passed: bool
    headers: Mapping[str, str] = field(default_factory=dict)
    retry_after: float = 0.0
    overall: bool = False


@dataclass(kw_only=True)
class Window:
    """The requests since `opened`."""

    opened: datetime
    used: int = 0


class RateLimits:
    """Counts requests and decides which pass."""

    def __init__(self, clock: Clock, limits: Limits) -> None:
        self.limits = limits
        self._clock = clock
        self._windows: dict[tuple[str, str], Window] = {}

    def take(self, method: str, template: str, major: str, *, counted_overall: bool) -> Verdict:
        """Count one request; `major` is its channel, server, or interaction token."""
        if counted_overall and (wait := self._taken("overall", "", self.limits.overall)):
            return _refused(wait, overall=True, headers={"X-RateLimit-Global": "true"})
        limit = self.limits.routes.get((method, template))
        if limit is None:
            return Verdict(passed=True)
        name = f"{method} {template}"
        wait = self._taken(name, major, limit)
        headers = self._headers(name, major, limit)
        return _refused(wait, headers=headers) if wait else Verdict(passed=True, headers=headers)

    def edits_old(self, channel_id: int, written: datetime) -> float:
        """Seconds to wait before a message of this age may be edited; 0 for none."""
        if self._clock.now() - written < OLD:
            return 0.0
        return self._taken("old edits", str(channel_id), self.limits.old_edits)

    def follows_up(self, channel_id: int) -> float:
        """Seconds to wait before another follow-up in a channel; 0 for none."""
        return self._taken("follow-ups", str(channel_id), self.limits.follow_ups)

    def _taken(self, name: str, major: str, limit: Limit) -> float:
        window = self._window(name, major, limit)
        if window.used >= limit.count:
            return max(0.001, self._left(window, limit))
        window.used += 1
        return 0.0

    def _window(self, name: str, major: str, limit: Limit) -> Window:
        window = self._windows.get((name, major))
        if window is None or self._left(window, limit) <= 0:
            window = self._windows[name, major] = Window(opened=self._clock.now())
        return window

    def _left(self, window: Window, limit: Limit) -> float:
        return limit.seconds - (self._clock.now() - window.opened).total_seconds()

    def _headers(self, name: str, major: str, limit: Limit) -> dict[str, str]:
        window = self._windows[name, major]
        reset = window.opened + timedelta(seconds=limit.seconds)
        return {
            "X-RateLimit-Limit": str(limit.count),
            "X-RateLimit-Remaining": str(limit.count - window.used),
            "X-RateLimit-Reset": f"{reset.timestamp():.3f}",
            "X-RateLimit-Reset-After": f"{max(0.0, self._left(window, limit)):.3f}",
            "X-RateLimit-Bucket": hashlib.sha256(name.encode()).hexdigest()[:32],
        }


def _refused(wait: float, *, headers: Mapping[str, str], overall: bool = False) -> Verdict:
    scope = {"X-RateLimit-Scope": "global" if overall else "user", "Retry-After": f"{wait:.3f}"}
    told = {**headers, **scope, "Via": "1.1 local"}
    return Verdict(passed=False, headers=told, retry_after=wait, overall=overall)
