"""FilmBucket: kept videos in object storage, so that every process can link to them.

obstore itself reads AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION and AWS_ENDPOINT_URL, or
what other storages than S3 have instead."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import obstore
from obstore.exceptions import BaseError
from obstore.store import from_url

from bot.errors import FilmError, StartupError
from bot.video.ports.edges import FilmFile

LINK_LIFE = timedelta(hours=1)
TIMES: Any = {
    "client_options": {
        "allow_http": True,  # only where the operator's endpoint says http, such as on loopback
        "connect_timeout": timedelta(seconds=5),
        "timeout": timedelta(minutes=5),
    },
    "retry_config": {"max_retries": 2, "retry_timeout": timedelta(seconds=20)},
}


class FilmBucket:
    """`bot.api.folder.Shelf` in the bucket and folder that a URL such as s3://BUCKET/FOLDER names.

    Nothing bounds its size: a lifecycle rule of the bucket does. Raises `StartupError`."""

    def __init__(self, url: str) -> None:
        try:
            self._store: Any = from_url(url, **TIMES)
        except (BaseError, ValueError) as error:
            raise StartupError(f"FILMS_URL cannot be used: {_first_line(error)}") from None

    async def keep(self, film: FilmFile, *, name: str) -> bool:
        """Upload a download; the file itself stays where it is."""
        with _as_film_error():
            attributes: Any = {"Content-Type": "video/mp4"}
            await obstore.put_async(self._store, name, film.path, attributes=attributes)
        return True

    async def find(self, name: str) -> str | None:
        """An address that anybody can fetch the video from for an hour."""
        with _as_film_error():
            try:
                await obstore.head_async(self._store, name)
            except FileNotFoundError:
                return None
            return await obstore.sign_async(self._store, "GET", name, LINK_LIFE)

    async def forget(self, name: str) -> None:
        """Remove a kept video."""
        with _as_film_error():
            try:
                await obstore.delete_async(self._store, name)
            except FileNotFoundError:
                return

    async def check(self) -> None:
        """Write something and remove it. Raises `FilmError` with the storage's words."""
        with _as_film_error():
            await obstore.put_async(self._store, "check.txt", b"The bot can write here.")
            await obstore.delete_async(self._store, "check.txt")


@contextmanager
def _as_film_error() -> Iterator[None]:
    try:
        yield
    except (BaseError, OSError) as error:
        raise FilmError(f"storage_failed: {_first_line(error)}", is_final=False) from None


def _first_line(error: Exception) -> str:
    """The library's message without its long debugging part."""
    return str(error).strip().partition("\n")[0][:300]
