"""The ledger of `Idempotency-Key`: a paid request sent twice is one task.

The public pages do not mention it. Evolink's client repeats a lost request with the same key and
reads `idempotency-replayed: true`. Nobody has proven that the live service has this ledger, so it
can be turned off.
"""

import json
import re
from collections.abc import Mapping

from bot.playground.evolink.tasks import Task
from bot.playground.evolink.values import Refused, refuse

HEADER = "Idempotency-Key"
REPLAYED = "idempotency-replayed"
KEY = re.compile(r"[A-Za-z0-9._-]{16,96}")


class Repeats:
    """Accepted requests by key; a refused request may be sent again."""

    def __init__(self, *, is_on: bool) -> None:
        self._is_on = is_on
        self._seen: dict[str, tuple[str, Task]] = {}

    def find(self, headers: Mapping[str, str], body: object) -> Task | None:
        """The task of an earlier request with this key, or None.

        Raises `Refused` for a malformed key, or one that came with another body.
        """
        key = headers.get(HEADER)
        if key is None or not self._is_on:
            return None
        if not KEY.fullmatch(key):
            raise refuse(f"{HEADER} must be 16 to 96 letters, digits, '.', '_' or '-'", None)
        wanted, task = self._seen.get(key, ("", None))
        if task is not None and wanted != _form(body):
            message = f"this {HEADER} came with another request"
            raise Refused(409, "idempotency_conflict", message, "invalid_request_error")
        return task

    def keep(self, headers: Mapping[str, str], body: object, task: Task) -> None:
        """Remember the task of an accepted request."""
        if self._is_on and HEADER in headers:
            self._seen[headers[HEADER]] = _form(body), task


def _form(body: object) -> str:
    return json.dumps(body, sort_keys=True)
