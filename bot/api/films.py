"""FilmFetcher: downloads finished videos without sending a key and without trusting the link.

`guard` decides where a link may lead; `folder` and `film_bucket` keep what is too big to upload."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Self
from urllib.parse import urljoin, urlsplit

from aiohttp import (
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    TCPConnector,
    TraceConfig,
)
from yarl import URL

from bot.api import USER_AGENT
from bot.api.folder import FilmFolder, Shelf, disk_error
from bot.api.guard import check_hop, public_socket, refusal
from bot.api.reading import requestable
from bot.clock import Clock
from bot.errors import FilmError, StartupError
from bot.outages import Outage
from bot.video.ports.edges import FilmFile

if TYPE_CHECKING:
    from bot.api.film_bucket import FilmBucket

SIZE_LIMIT = 512 * 1024 * 1024  # bytes
TOTAL_TIMEOUT = 600.0  # seconds, redirects included
HOP_TIMEOUT = ClientTimeout(total=None, connect=15, sock_read=30)
REDIRECTS = 3
CHUNK = 256 * 1024  # bytes
HEAD = 12  # bytes; enough to recognise an MP4: box size, `ftyp`, brand (ISO/IEC 14496-12, 4.3)

_REDIRECT = frozenset({301, 302, 303, 307, 308})
_GONE = frozenset({404, 410})


class FilmFetcher:
    """`bot.video.ports.edges.Films` over HTTPS; an asynchronous context manager.

    `api_url` names the one origin that may use http and a private address. `folder` holds downloads
    and, without a `shelf` of their own, kept videos, at most `folder_limit` bytes of these (None:
    no limit). `public_url` is the address of the web server that serves kept videos, if there is
    one. `tracing` sees each call.
    """

    def __init__(
        self,
        *,
        api_url: str,
        clock: Clock,
        folder: Path,
        folder_limit: int | None,
        public_url: str | None,
        shelf: Shelf | None = None,
        size_limit: int = SIZE_LIMIT,
        total_timeout: float = TOTAL_TIMEOUT,
        hop_timeout: ClientTimeout = HOP_TIMEOUT,
        new_token: Callable[[], str] = secrets.token_urlsafe,
        tracing: TraceConfig | None = None,
    ) -> None:
        self._tracing = tracing
        self._trusted = URL(api_url).origin()
        self._clock = clock
        self._folder = FilmFolder(folder, limit=folder_limit)
        self._shelf = shelf or self._folder
        self._public_url = public_url
        self._size_limit = size_limit
        self._total_timeout = total_timeout
        self._hop_timeout = hop_timeout
        self._new_token = new_token
        self._downloads = Outage("The download of videos", monotonic=clock.monotonic)
        self._storage = Outage("The storage of videos", monotonic=clock.monotonic)

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self._folder.open, now=self._clock.now())
        self._guarded = self._session(TCPConnector(socket_factory=public_socket))
        self._unguarded = self._session(TCPConnector())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._unguarded.close()
        await self._guarded.close()

    async def fetch(self, url: str, *, task_id: str) -> FilmFile:
        """Download into a temporary file, which `drop` removes. Raises `FilmError`.

        Final reasons: not_https, bad_link, private_address, too_many_redirects, gone, not_an_mp4,
        too_large. Others: refused, timed_out, cut, disk_full, disk_failed.
        """
        with self._downloads.watching():
            return await self._fetch(url, task_id)

    async def _fetch(self, url: str, task_id: str) -> FilmFile:
        try:
            async with asyncio.timeout(self._total_timeout), self._follow(url) as film:
                return await self._save(film, task_id)
        except TimeoutError as error:
            raise FilmError("timed_out", is_final=False) from error
        except (ClientError, ValueError) as error:
            raise refusal(error) or FilmError("cut", is_final=False) from error
        except OSError as error:
            raise disk_error(error) from error

    def drop(self, film: FilmFile) -> None:
        """Remove a downloaded file unless it was kept."""
        self._folder.drop(film.path)

    async def keep(self, film: FilmFile, *, task_id: str) -> str | None:
        """Keep a download as `{token}.mp4` and return its public address.

        Returns None without a public address, or if the file alone exceeds the folder's limit.
        Raises `FilmError`.
        """
        if self._public_url is None:
            return None
        name = f"{self._new_token()}.mp4"
        with self._storage.watching():
            is_kept = await self._shelf.keep(film, name=name)
        return f"{self._public_url}/films/{name}" if is_kept else None

    async def find(self, name: str) -> Path | str | None:
        """The kept file, or an address to fetch it from within the hour; None if it is gone.

        Raises `FilmError`."""
        with self._storage.watching():
            return await self._shelf.find(name)

    async def has(self, address: str) -> bool:
        """Whether the kept file at this address still exists; True if nobody can say."""
        try:
            return await self.find(address.rpartition("/")[2]) is not None
        except FilmError:
            return True

    async def forget(self, address: str) -> None:
        """Remove the kept file at this public address. Raises `FilmError`."""
        with self._storage.watching():
            await self._shelf.forget(address.rpartition("/")[2])

    def _session(self, connector: TCPConnector) -> ClientSession:
        return ClientSession(
            connector=connector,
            headers={"User-Agent": USER_AGENT, "Accept-Encoding": "identity"},
            cookie_jar=DummyCookieJar(),
            timeout=self._hop_timeout,
            trust_env=False,
            trace_configs=None if self._tracing is None else [self._tracing],
        )

    @asynccontextmanager
    async def _follow(self, link: str) -> AsyncIterator[ClientResponse]:
        """Yield the response at the end of the redirects; checks each hop like the first one and
        requests each address exactly as it was given."""
        for _ in range(REDIRECTS + 1):
            url = _address(link)
            is_trusted = _origin(url) == self._trusted
            if not is_trusted:
                check_hop(url)
            session = self._unguarded if is_trusted else self._guarded
            async with session.get(_as_spelled(url, link), allow_redirects=False) as response:
                if response.status not in _REDIRECT:
                    yield response
                    return
                link = urljoin(link, response.headers.get("Location", ""))
        raise FilmError("too_many_redirects", is_final=True)

    async def _save(self, response: ClientResponse, task_id: str) -> FilmFile:
        _check_answer(response, self._size_limit)
        file = await asyncio.to_thread(self._folder.temporary, task_id)
        path = Path(file.name)
        try:
            with file:
                size = await self._copy(response, file)
        except BaseException:
            self._folder.drop(path)
            raise
        return FilmFile(path=path, size=size)

    async def _copy(self, response: ClientResponse, file: BinaryIO) -> int:
        head, size = b"", 0
        async for chunk in response.content.iter_chunked(CHUNK):
            size += len(chunk)
            if size > self._size_limit:
                raise FilmError("too_large", is_final=True)
            if len(head) < HEAD:
                head = (head + chunk)[:HEAD]
                _check_head(head)
            await asyncio.to_thread(file.write, chunk)
        if len(head) < HEAD:
            raise FilmError("not_an_mp4", is_final=True)
        await asyncio.to_thread(file.flush)
        return size


def bucket_at(url: str) -> "FilmBucket":
    """The object storage at a URL. Raises `StartupError`."""
    try:
        from bot.api.film_bucket import FilmBucket  # an optional library; few need it
    except ImportError:
        raise StartupError("FILMS_URL needs obstore: pip install '.[bucket]'") from None
    return FilmBucket(url)


def _address(text: str) -> URL:
    try:
        return URL(text)
    except ValueError as error:
        raise FilmError("bad_link", is_final=True) from error


def _as_spelled(checked: URL, link: str) -> URL:
    """The checked address with path and query spelled as in the link: a host that signs its links
    refuses any other spelling (`%2F`, `%7E`, `%27`)."""
    spelled = urlsplit(requestable(link))
    return URL.build(
        scheme=checked.scheme,
        authority=checked.raw_authority,
        path=spelled.path or "/",
        query_string=spelled.query,
        encoded=True,
    )


def _origin(url: URL) -> URL | None:
    try:
        return url.origin()
    except ValueError:
        return None


def _check_answer(response: ClientResponse, size_limit: int) -> None:
    if response.status in _GONE:
        raise FilmError("gone", is_final=True)
    if response.status != 200:
        raise FilmError("refused", is_final=False)
    if response.content_type == "text/html":
        raise FilmError("not_an_mp4", is_final=True)
    if (response.content_length or 0) > size_limit:
        raise FilmError("too_large", is_final=True)


def _check_head(head: bytes) -> None:
    if len(head) >= 8 and head[4:8] != b"ftyp":
        raise FilmError("not_an_mp4", is_final=True)
