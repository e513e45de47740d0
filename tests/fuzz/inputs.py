"""Made-up inputs from a seed: pieces of real ones joined wrongly, cut or damaged."""

import json
import random
from collections.abc import Callable
from datetime import UTC, datetime

from bot.api.reading import Answer

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
WORDS = (
    "id", "status", "model", "created", "progress", "results", "result_data", "video_url", "url",
    "error", "code", "message", "task_info", "video_duration", "estimated_time", "billing",
    "charge_status", "data", "user", "token", "remaining_credits", "unlimited_credits",
    "completed", "failed", "processing", "released", "task-unified-1", "https://x.example/f.mp4",
)  # fmt: skip
SOIL = '\x00\x1f\x7f\u202e\ud800\udfff\U0001f98a\u0663é中"\\<>@`:.,) \n\r\u2028\t'
IDS = ("v1", "again", "edit", "page", "shots", "rewrite", "delete-yes", "abcdefghij0123456789")
NUMBERS = (0, -1, 1, 2**31, 2**63, 10**30, 0.5, -0.0, 1e308, float("inf"), float("nan"))
STATUSES = (200, 201, 204, 302, 400, 401, 402, 403, 404, 413, 429, 500, 503, 504, 599)


class Inputs:
    """Draws inputs; the same seed draws the same ones."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def answer(self) -> Answer:
        """What an API might send."""
        headers = {} if self.chance.random() < 0.7 else {"Retry-After": self.text()}
        return Answer(
            status=self.chance.choice(STATUSES), headers=headers, body=self.body(), received_at=NOW
        )

    def body(self) -> bytes:
        """JSON, most of the time."""
        if self.chance.random() < 0.1:
            return self.chance.randbytes(self.chance.randrange(40))
        text = json.dumps(self._object(3))
        if self.chance.random() < 0.15:
            text = text[: self.chance.randrange(len(text) + 1)]
        return text.encode("utf-8", "surrogatepass")

    def text(self) -> str:
        """Words, numbers and soil."""
        pieces = [self._piece() for _ in range(self.chance.randrange(6))]
        return self.chance.choice(("", " ", "\n", ":", ".")).join(pieces)

    def token(self) -> str:
        """What a callback's address may end in."""
        letters = "abcXYZ019-_.~" + SOIL
        proof = "".join(self.chance.choice(letters) for _ in range(self.chance.choice((0, 42, 43))))
        return self.chance.choice((f"{IDS[-1]}.{proof}", proof, self.text()))

    def custom_id(self) -> str:
        """What a press may carry."""
        pieces = [self.chance.choice((*IDS, self._piece())) for _ in range(3)]
        return ":".join(pieces)[: self.chance.choice((5, 30, 101))]

    def shots(self) -> str:
        """What people may write into a form."""
        lines = []
        for _ in range(self.chance.randrange(9)):
            seconds = self.chance.choice(("", "3", "5s ", "0:", "99999 ", "٣ ", "-1 "))
            lines.append(seconds + self.text() * self.chance.choice((1, 1, 1, 60)))
        return self.chance.choice(("\n", "\r\n", "\u2028")).join(lines)

    def _piece(self) -> str:
        draw: Callable[[], str] = self.chance.choice(
            (
                lambda: self.chance.choice(WORDS),
                lambda: str(self.chance.choice(NUMBERS)),
                lambda: self.chance.choice(SOIL) * self.chance.randrange(4),
            )
        )
        return draw()

    def _value(self, depth: int) -> object:
        kind = self.chance.randrange(8 if depth else 6)
        if kind < 3:
            return self.chance.choice(WORDS)
        if kind == 3:
            return self.chance.choice(NUMBERS)
        if kind == 4:
            return self.chance.choice((None, True, False))
        if kind == 5:
            return self._piece()
        if kind == 6:
            return [self._value(depth - 1) for _ in range(self.chance.randrange(3))]
        return self._object(depth - 1)

    def _object(self, depth: int) -> dict[str, object]:
        return {
            self.chance.choice(WORDS): self._value(depth)
            for _ in range(self.chance.randrange(1, 7))
        }
