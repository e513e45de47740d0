"""What a film's message carries: the file where its target takes it, else the address where it is
kept, else nothing, and the link must do."""

import logging
from datetime import datetime, timedelta

from msgspec import Struct

from bot.errors import Fate, FilmError, PostError
from bot.video.life.tracker import LINK_LIFE
from bot.video.outbox.film_post import file_of, note_file, note_gone
from bot.video.ports.edges import Announcer, FilmFile, Films, Store
from bot.video.values.cards import Card
from bot.video.values.posts import Post, PostKind
from bot.video.values.videos import VideoTask

log = logging.getLogger(__name__)

FETCHES = 5  # tries; what cannot be fetched then is linked
SEARCHES = 7  # tries, over some four minutes, for a file that is not where its link says
YOUNG = timedelta(minutes=10)  # a file so young may not be everywhere yet


class Upload(Struct, frozen=True, kw_only=True):
    """Fetches films and keeps those that are too large."""

    store: Store
    films: Films
    announcer: Announcer

    async def of(
        self, post: Post, card: Card | None, now: datetime
    ) -> tuple[FilmFile | None, str | None]:
        """The file to upload, which the caller drops, or where the film is kept.

        Raises `PostError` when it is to be tried again later."""
        if post.kind is not PostKind.FILM or card is None or not card.task.film_url:
            return None, None
        if (address := file_of(post).kept_at) is not None:
            return None, address
        film = await self._fetched(post, card, now)
        if film is not None and file_of(post).is_unfetched:
            await self.store.tx(note_file, post.id, is_unfetched=False)
        if film is None or await self._fits(post, film):
            return film, None
        return None, await self._kept(post, film, card.task.id)

    async def _fetched(self, post: Post, card: Card, now: datetime) -> FilmFile | None:
        try:
            return await self.films.fetch(str(card.task.film_url), task_id=card.task.id)
        except FilmError as error:
            log.warning("A film cannot be fetched: %s", error, extra={"task": post.task_id})
            if _is_worth_another(error, post, card.task, now):
                raise PostError(Fate.LATER) from error
            if error.reason == "gone" or _is_over(card.task, now):
                await self.store.tx(note_gone, post, now)
            elif error.reason != "too_large":
                await self.store.tx(note_file, post.id, is_unfetched=True)
            return None

    async def _fits(self, post: Post, film: FilmFile) -> bool:
        if file_of(post).is_too_large:
            return False
        try:
            return film.size <= await self.announcer.upload_limit(post)
        except BaseException:
            self.films.drop(film)
            raise

    async def _kept(self, post: Post, film: FilmFile, task_id: str) -> str | None:
        try:
            address = await self.films.keep(film, task_id=task_id)
            if address is not None:  # a repeat does not keep it twice, a purge finds it
                await self.store.tx(note_file, post.id, kept_at=address)
            return address
        except FilmError as error:
            log.warning("A film cannot be kept: %s", error, extra={"task": task_id})
            return None
        finally:
            self.films.drop(film)


def _is_worth_another(error: FilmError, post: Post, task: VideoTask, now: datetime) -> bool:
    if _is_over(task, now):
        return False
    if error.reason == "gone":
        return post.attempts < SEARCHES and _is_young(task, now)
    return not error.is_final and post.attempts < FETCHES


def _is_over(task: VideoTask, now: datetime) -> bool:
    """Whether the link's day has passed: what it answers now it will answer for ever."""
    return task.film_until is not None and task.film_until <= now


def _is_young(task: VideoTask, now: datetime) -> bool:
    return task.film_until is not None and now < task.film_until - LINK_LIFE + YOUNG
