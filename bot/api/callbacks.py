"""Callback addresses: one per task, unguessable, verified by computing the token again. Pure.

The POST page documents no signature, so nothing but the id in a callback's body is used."""

import hmac
import re
from base64 import urlsafe_b64encode

from bot.api.reading import mapping, parse, task_id
from bot.video.values.videos import ID_LENGTH, ID_LETTERS

BODY_LIMIT = 64 * 1024  # bytes; an answer about a task takes about one KiB
SECRET_LENGTH = 24  # bytes, at least

_TOKEN = re.compile(rf"([{ID_LETTERS}]{{{ID_LENGTH}}})\.[A-Za-z0-9_-]{{43}}")


class CallbackTokens:
    """The last part of a callback's address: our task's id and its signature."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < SECRET_LENGTH:
            raise ValueError(f"the secret needs at least {SECRET_LENGTH} bytes")
        self._secret = secret

    def token(self, task_id: str) -> str:
        """The token for one of our tasks: safe in a path, 64 characters."""
        proof = hmac.digest(self._secret, f"callback {task_id}".encode(), "sha256")
        return f"{task_id}.{urlsafe_b64encode(proof).decode().rstrip('=')}"

    def task_id(self, token: str) -> str | None:
        """Our task's id, or None for a forged token; every check takes the same time."""
        found = _TOKEN.fullmatch(token)
        if found is None or not hmac.compare_digest(token, self.token(found[1])):
            return None
        return found[1]


def candidate(body: bytes) -> str | None:
    """The API's task id that a callback's body claims, or None; never raises.

    Only a hint: callers read that task with our key before they believe anything.
    """
    if len(body) > BODY_LIMIT:
        return None
    fields = mapping(parse(body))
    return task_id(fields.get("id")) or task_id(fields.get("task_id"))
