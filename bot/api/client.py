"""EvolinkClient: the video API over HTTP. What is said there is `wire`'s business.

A POST is tried once: whether to queue the film again is decided where the books are kept."""

from collections.abc import Callable
from itertools import count
from types import TracebackType
from typing import Self, TypeVar

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    DummyCookieJar,
    TCPConnector,
)

from bot.api import USER_AGENT, reading, wire
from bot.api.bucket import TokenBucket
from bot.api.reading import Answer
from bot.clock import Clock
from bot.errors import ApiError, Cause, Sent
from bot.variables import Secret
from bot.video.models import Balance, VideoRequest, VideoUpdate

# Evolink's own clients wait so long for an answer (github.com/EvoLinkAI/evolink-mcp), in seconds.
# A connection takes less, so that one that never came about is told from an answer that did not.
GET_TIMEOUT = ClientTimeout(total=15, connect=10)
POST_TIMEOUT = ClientTimeout(total=30, connect=10)
ANSWER_LIMIT = 1024 * 1024  # bytes

ATTEMPTS = 4  # of a read
FIRST_WAIT = 1.0  # seconds, doubled with each attempt
LONGEST_WAIT = 30.0  # a longer Retry-After is left to the caller
_RETRIED = frozenset({Cause.BUSY, Cause.UNAVAILABLE})

T = TypeVar("T")


class EvolinkClient:
    """`bot.video.ports.VideoApi` on the real API, or on any that speaks its language.

    An asynchronous context manager. The key goes to the origin of `base_url` and nowhere else.
    `uniform` gives numbers from 0 to 1, for jitter; `reads_per_second` is the pace of a key.
    """

    def __init__(
        self,
        *,
        base_url: str,
        key: Secret,
        clock: Clock,
        uniform: Callable[[], float],
        reads_per_second: float = 10,
        get_timeout: ClientTimeout = GET_TIMEOUT,
        post_timeout: ClientTimeout = POST_TIMEOUT,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._key = key
        self._clock = clock
        self._uniform = uniform
        self._get_timeout = get_timeout
        self._post_timeout = post_timeout
        self._bucket = TokenBucket(rate=reads_per_second, burst=10, clock=clock)

    async def __aenter__(self) -> Self:
        self._reading = _session(TCPConnector())
        # A kept connection may be closed by the other side just as a POST is written to it, and
        # nobody could tell whether that was read: each POST gets a connection of its own.
        self._paying = _session(TCPConnector(force_close=True))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._paying.close()
        await self._reading.close()

    async def submit(
        self, request: VideoRequest, *, task_id: str, callback_url: str | None
    ) -> VideoUpdate:
        """Start a paid task, in one attempt. Raises `ApiError`; its `sent` decides what is next.

        `Idempotency-Key` (16 to 96 of [A-Za-z0-9._-]) is what Evolink's own clients send; whether
        the API honours it is unknown, so nothing relies on it.
        """
        body = wire.submission(request, callback_url=callback_url)
        try:
            async with self._paying.post(
                f"{self._base_url}/v1/videos/generations",
                json=body,
                headers=self._authorization() | {"Idempotency-Key": task_id},
                timeout=self._post_timeout,
                allow_redirects=False,
            ) as response:
                answer = await self._answer(response)
        except (ClientError, TimeoutError, OSError) as error:
            raise _cut(error) from error
        return wire.read_submission(answer)

    async def look(self, remote_id: str) -> VideoUpdate:
        """Read a task. Raises `ApiError`."""
        if reading.task_id(remote_id) is None:
            raise ApiError(Cause.NOT_FOUND, sent=Sent.NO, code="invalid_task_id")
        return await self._read(
            f"/v1/tasks/{remote_id}", lambda answer: wire.read_task(answer, remote_id=remote_id)
        )

    async def balance(self) -> Balance:
        """Read the credits left. Raises `ApiError`."""
        return await self._read("/v1/credits", wire.read_balance)

    async def _read(self, path: str, read: Callable[[Answer], T]) -> T:
        for attempt in count(1):
            try:
                return read(await self._get(path))
            except ApiError as error:
                wait = self._wait_after(error, attempt)
                if wait is None:
                    raise
            await self._clock.sleep(wait)
        raise AssertionError

    async def _get(self, path: str) -> Answer:
        await self._bucket.take()
        try:
            async with self._reading.get(
                f"{self._base_url}{path}",
                headers=self._authorization(),
                timeout=self._get_timeout,
                allow_redirects=False,
            ) as response:
                return await self._answer(response)
        except (ClientError, TimeoutError, OSError) as error:
            raise ApiError(Cause.UNAVAILABLE, sent=Sent.NO, message=type(error).__name__) from error

    def _wait_after(self, error: ApiError, attempt: int) -> float | None:
        """Seconds until a read is tried again, or None; the last attempt still slows the others."""
        if error.cause not in _RETRIED:
            return None
        if error.retry_after is not None:
            self._bucket.hold(min(error.retry_after, LONGEST_WAIT))
        if attempt == ATTEMPTS or (error.retry_after or 0) > LONGEST_WAIT:
            return None
        if error.retry_after is not None:
            return 0.0  # the bucket waits
        return FIRST_WAIT * (1 << (attempt - 1)) * (0.5 + self._uniform())

    def _authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._key.get_secret_value()}"}

    async def _answer(self, response: ClientResponse) -> Answer:
        """The response with its body, which is left out when it is too long to be the API's."""
        body = bytearray()
        async for chunk in response.content.iter_chunked(ANSWER_LIMIT):
            body += chunk
            if len(body) > ANSWER_LIMIT:
                body.clear()
                break
        return Answer(
            status=response.status,
            headers=response.headers,
            body=bytes(body),
            received_at=self._clock.now(),
        )


def _session(connector: TCPConnector) -> ClientSession:
    return ClientSession(
        connector=connector,
        headers={"User-Agent": USER_AGENT, "Accept": "application/json"},
        cookie_jar=DummyCookieJar(),
        trust_env=False,
    )


def _cut(error: Exception) -> ApiError:
    """A POST without an answer: nothing was sent when not even a connection came about."""
    is_unconnected = isinstance(error, ClientConnectorError | ConnectionTimeoutError)
    sent = Sent.NO if is_unconnected else Sent.MAYBE
    return ApiError(Cause.UNAVAILABLE, sent=sent, message=type(error).__name__)
