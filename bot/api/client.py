"""EvolinkClient: the video API over HTTP. `wire` knows the bodies and answers.

A POST is tried once: only the middle, which keeps the books, may queue a video again."""

from collections.abc import Callable
from contextlib import suppress
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
    TraceConfig,
)

from bot.api import USER_AGENT, reading, wire
from bot.api.bucket import TokenBucket
from bot.api.reading import Answer
from bot.clock import Clock
from bot.errors import ApiError, Cause, Certainty
from bot.outages import Outage
from bot.variables import Secret
from bot.video.values.videos import Balance, VideoRequest, VideoUpdate

# Evolink's own clients time out after this long (github.com/EvoLinkAI/evolink-mcp), in seconds.
# Connecting has a shorter limit, so a failed connection can be told from a missing answer.
GET_TIMEOUT = ClientTimeout(total=15, connect=10)
POST_TIMEOUT = ClientTimeout(total=30, connect=10)
ANSWER_LIMIT = 1024 * 1024  # bytes

ATTEMPTS = 4  # of a read
FIRST_WAIT = 1.0  # seconds, doubled with each attempt
LONGEST_WAIT = 30.0  # callers handle a longer Retry-After
_RETRIED = frozenset({Cause.BUSY, Cause.UNAVAILABLE})

T = TypeVar("T")


class EvolinkClient:
    """`bot.video.ports.edges.VideoApi` on the real API, or on any server that speaks its language.

    An asynchronous context manager. The key goes to the origin of `base_url` and nowhere else.
    `uniform` returns numbers from 0 to 1, for jitter; `reads_per_second` is the API key's pace.
    `tracing` sees each call, and of a read also which attempt it is.
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
        tracing: TraceConfig | None = None,
    ) -> None:
        self._tracing = tracing
        self._base_url = base_url.rstrip("/")
        self._key = key
        self._clock = clock
        self._uniform = uniform
        self._get_timeout = get_timeout
        self._post_timeout = post_timeout
        self._outage = Outage("The video API", monotonic=clock.monotonic)
        self._bucket = TokenBucket(rate=reads_per_second, burst=10, clock=clock)

    async def __aenter__(self) -> Self:
        self._reading = _session(TCPConnector(), self._tracing)
        # The server may close a kept connection just as a POST is written to it, and we could not
        # tell whether the POST was read. So each POST gets its own connection.
        self._paying = _session(TCPConnector(force_close=True), self._tracing)
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
        """Start a paid task, in one attempt. Raises `ApiError`; `sent` says if a task may exist.

        Evolink's own clients send `Idempotency-Key` (16 to 96 of [A-Za-z0-9._-]). Whether the API
        honours it is unknown, so nothing relies on it.
        """
        body = wire.submission(request, callback_url=callback_url)
        with self._outage.watching():
            return wire.read_submission(await self._post(body, task_id))

    async def _post(self, body: object, task_id: str) -> Answer:
        try:
            async with self._paying.post(
                f"{self._base_url}/v1/videos/generations",
                json=body,
                headers=self._authorization() | {"Idempotency-Key": task_id},
                timeout=self._post_timeout,
                allow_redirects=False,
            ) as response:
                return await self._answer(response)
        except (ClientError, TimeoutError, OSError) as error:
            raise _cut(error) from error

    async def look(self, remote_id: str) -> VideoUpdate:
        """Read a task. Raises `ApiError`."""
        if reading.task_id(remote_id) is None:
            raise ApiError(Cause.NOT_FOUND, sent=Certainty.NO)
        return await self._read(
            f"/v1/tasks/{remote_id}", lambda answer: wire.read_task(answer, remote_id=remote_id)
        )

    async def balance(self) -> Balance:
        """Read the credits left. Raises `ApiError`."""
        return await self._read("/v1/credits", wire.read_balance)

    async def ask(self) -> None:
        """Ask once whether the API answers at all; who traces the calls learns it."""
        with suppress(ApiError):
            await self._get("/v1/credits", 1)

    async def _read(self, path: str, read: Callable[[Answer], T]) -> T:
        with self._outage.watching():
            return await self._read_patiently(path, read)

    async def _read_patiently(self, path: str, read: Callable[[Answer], T]) -> T:
        for attempt in count(1):
            try:
                return read(await self._get(path, attempt))
            except ApiError as error:
                wait = self._wait_after(error, attempt)
                if wait is None:
                    raise
            await self._clock.sleep(wait)
        raise AssertionError

    async def _get(self, path: str, attempt: int) -> Answer:
        await self._bucket.take()
        try:
            async with self._reading.get(
                f"{self._base_url}{path}",
                headers=self._authorization(),
                timeout=self._get_timeout,
                allow_redirects=False,
                trace_request_ctx=attempt,
            ) as response:
                return await self._answer(response)
        except (ClientError, TimeoutError, OSError) as error:
            raise ApiError(
                Cause.UNAVAILABLE, sent=Certainty.NO, message=type(error).__name__
            ) from error

    def _wait_after(self, error: ApiError, attempt: int) -> float | None:
        """Seconds until the next attempt at a read, or None; may also slow all other reads."""
        if error.cause not in _RETRIED:
            return None
        if error.retry_after is not None:
            self._bucket.hold(min(error.retry_after, LONGEST_WAIT))
        if attempt == ATTEMPTS or (error.retry_after or 0) > LONGEST_WAIT:
            return None
        if error.retry_after is not None:
            return 0.0  # the bucket makes it wait
        return FIRST_WAIT * (1 << (attempt - 1)) * (0.5 + self._uniform())

    def _authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._key.get_secret_value()}"}

    async def _answer(self, response: ClientResponse) -> Answer:
        """The response with its body; the body is left out if it is too long for the API."""
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


def _session(connector: TCPConnector, tracing: TraceConfig | None) -> ClientSession:
    return ClientSession(
        connector=connector,
        headers={"User-Agent": USER_AGENT, "Accept": "application/json"},
        cookie_jar=DummyCookieJar(),
        trust_env=False,
        trace_configs=None if tracing is None else [tracing],
    )


def _cut(error: Exception) -> ApiError:
    """The error for a POST without an answer; without a connection, nothing was sent."""
    is_unconnected = isinstance(error, ClientConnectorError | ConnectionTimeoutError)
    sent = Certainty.NO if is_unconnected else Certainty.MAYBE
    return ApiError(Cause.UNAVAILABLE, sent=sent, message=type(error).__name__)
