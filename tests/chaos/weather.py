"""Random faults at the video API and at Discord, as on a bad day."""

import asyncio
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from bot.playground.evolink import LinkFault
from bot.playground.evolink.script import Faults as ApiFaults
from bot.playground.guild import Cut
from tests.chaos.harness import Harness

PAUSE = 0.05, 0.5  # seconds between two faults
LATE = 0.2, 1.2  # seconds

# What a submission, a look and a read of the balance meet; `accepted` was carried out all the same.
SUBMIT: tuple[Mapping[str, Any], ...] = (
    {"status": 429, "retry_after": 0.5},
    {"status": 500},
    {"status": 503, "retry_after": 0.5},
    {"status": 400},
    {"status": 401},
    {"status": 402},
    {"cut": True},
    {"body": "<html>"},
    {"accepted": True, "cut": True},
    {"accepted": True, "status": 500},
    {"accepted": True, "body": "{"},
)
LOOK: tuple[Mapping[str, Any], ...] = (
    {"status": 404},
    {"status": 429, "retry_after": 0.5},
    {"status": 500},
    {"status": 503, "retry_after": 0.5},
    {"cut": True},
    {"body": "<html>"},
    {"patch": {"status": "dreaming"}},
    {"patch": {"progress": 0}},
    {"without": ("results",)},
)
LINKS = (LinkFault.FORBIDDEN, LinkFault.MISSING, LinkFault.HTML, LinkFault.CUT)
FAILURES = ("content_policy_violation", "resource_exhausted", "generation_timeout")

ROUTES = (
    "POST /interactions/*/callback",
    "GET /webhooks/*",
    "PATCH /webhooks/*",
    "POST /channels/*/messages",
    "GET /channels/*/messages",
    "PATCH /channels/*/messages/*",
    "*",
)
DISCORD: tuple[Mapping[str, Any], ...] = (
    {"status": 500},
    {"status": 502, "html": True},
    {"status": 503},
    {"status": 429, "retry_after": 0.5},
    {"cut": Cut.BEFORE},
    {"cut": Cut.AFTER},
)
REFUSED: Mapping[str, Any] = {"status": 403, "code": 50013}


class Weather:
    """Orders faults until it is cancelled; `clear` ends all that is left of them."""

    def __init__(self, harness: Harness, chance: Random) -> None:
        self._harness = harness
        self._chance = chance
        self.ordered = 0

    async def blow(self) -> None:
        """For ever: a pause, then a fault."""
        kinds: tuple[tuple[Callable[[], None], int], ...] = (
            (self._submit, 5),
            (self._look, 4),
            (self._course, 3),
            (self._callback, 3),
            (self._link, 2),
            (self._discord, 10),
            (self._gateway, 2),
        )
        acts, weights = [act for act, _ in kinds], [weight for _, weight in kinds]
        while True:
            await asyncio.sleep(self._chance.uniform(*PAUSE))
            self._chance.choices(acts, weights)[0]()
            self.ordered += 1

    def clear(self) -> None:
        """Calm from now on; stuck videos are finished."""
        self._harness.discord.faults.clear()
        self._faults.clear()
        for task in self._harness.api.tasks.values():
            task.unstick.set()

    @property
    def _faults(self) -> ApiFaults:
        return self._harness.api.faults

    def _late(self) -> float:
        return self._chance.uniform(*LATE)

    def _submit(self) -> None:
        if self._chance.random() < 0.4:
            self._faults.next_submit(accepted=self._chance.random() < 0.5, delay=self._late())
        else:
            self._faults.next_submit(**self._chance.choice(SUBMIT))

    def _look(self) -> None:
        if self._chance.random() < 0.2:
            self._faults.next_query(delay=self._late())
        elif self._chance.random() < 0.1:
            self._faults.next_credits(**self._chance.choice(({"cut": True}, {"status": 500})))
        else:
            self._faults.next_query(**self._chance.choice(LOOK))

    def _course(self) -> None:
        match self._chance.randrange(3):
            case 0:
                self._faults.fail_next(code=self._chance.choice(FAILURES))
            case 1:
                self._faults.cancel_next()
            case _:
                self._faults.stick_next()

    def _callback(self) -> None:
        copies = self._chance.choice((0, 1, 2, 3))
        self._faults.next_callback(copies=copies, delay=self._chance.choice((0.0, self._late())))

    def _link(self) -> None:
        self._faults.next_link(self._chance.choice(LINKS))

    def _discord(self) -> None:
        route, fault = self._chance.choice(ROUTES), self._chance.choice(DISCORD)
        if self._chance.random() < 0.05:
            route, fault = "POST /channels/*/messages", REFUSED
        elif self._chance.random() < 0.4:
            fault = {self._chance.choice(("delay", "answer_delay")): self._late()}
        self._harness.discord.faults.add(route, **fault)

    def _gateway(self) -> None:
        gateway = self._harness.discord.gateway
        match self._chance.randrange(4):
            case 0:
                gateway.drop()
            case 1:
                gateway.reconnect()
            case 2:
                gateway.invalidate(resumable=True)
            case _:
                gateway.invalidate()
