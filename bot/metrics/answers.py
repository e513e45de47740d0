"""Times the first responses to interactions, and the cards: as Discord's own clock began them.

Reads them off the calls, so that it holds for whatever answers, and however."""

import re
from collections import OrderedDict
from datetime import datetime
from typing import Any

from msgspec import DecodeError, Struct
from msgspec.json import decode

from bot.clock import Clock
from bot.metrics.counters import Counters
from bot.ui.ages import Ages

REMEMBERED = 4096  # interactions
EPHEMERAL = 64  # a message's flag
_FIRST = re.compile(r"/interactions/(\d+)/([^/]+)/callback$")
_CARD = re.compile(r"/webhooks/\d+/([^/]+)/messages/@original$")
MESSAGE, DEFERRED = 4, 5
# https://docs.discord.com/developers/interactions/receiving-and-responding
_RESPONSES = {
    MESSAGE: "message",
    DEFERRED: "deferred",
    6: "update",
    7: "update",
    8: "choices",
    9: "form",
}


class Message(Struct, frozen=True):
    """What of a message matters here."""

    flags: int = 0


class Response(Struct, frozen=True):
    """What of a first response matters here."""

    type: int = MESSAGE
    data: Message | None = None

    @property
    def is_public(self) -> bool:
        """Whether everybody sees it."""
        return self.data is None or not self.data.flags & EPHEMERAL


class Answers:
    """A listener to the calls of Discord. `heard` is for each interaction that arrives."""

    def __init__(self, counters: Counters, clock: Clock) -> None:
        self._counters = counters
        self._clock = clock
        self._ages = Ages(clock)
        self._heard: OrderedDict[str, datetime] = OrderedDict()  # when created, by our clock
        self._deferred: OrderedDict[str, datetime] = OrderedDict()  # the same, by token

    async def heard(self, interaction: Any) -> None:
        """Note when an interaction was created."""
        created = self._ages.created(interaction.created_at)
        _remember(self._heard, str(interaction.id), created)

    def wants(self, method: str, path: str) -> bool:
        """Whether this call is a first response."""
        return method == "POST" and path.endswith("/callback")

    def answered(self, method: str, path: str, status: int, said: bytes) -> None:
        """Time a first response, or the card in the place of a deferred one."""
        if not 200 <= status < 300:
            return
        if first := _FIRST.search(path):
            self._responded(first[1], first[2], _read(said))
        elif method == "PATCH" and (card := _CARD.search(path)):
            self._shown(self._deferred.pop(card[1], None))

    def _responded(self, interaction_id: str, token: str, response: Response) -> None:
        created = self._heard.pop(interaction_id, None)
        if created is None:
            return
        kind = _RESPONSES.get(response.type, "other")
        self._counters.acknowledgement.labels(kind).observe(self._since(created))
        if response.type == MESSAGE and response.is_public:
            self._shown(created)
        elif response.type == DEFERRED and response.is_public:
            _remember(self._deferred, token, created)

    def _shown(self, created: datetime | None) -> None:
        if created is not None:
            self._counters.first_card.observe(self._since(created))

    def _since(self, created: datetime) -> float:
        return max(0.0, (self._clock.now() - created).total_seconds())


def _remember(kept: OrderedDict[str, datetime], key: str, value: datetime) -> None:
    kept[key] = value
    if len(kept) > REMEMBERED:
        kept.popitem(last=False)


def _read(said: bytes) -> Response:
    """The response; with files, it is in another shape and always a message."""
    try:
        return decode(said, type=Response)
    except DecodeError:
        return Response()
