"""What a video's message contains: the file if the target accepts it, else the address where we
keep it, else only the API's link."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from bot.errors import Fate, FilmError, PostError
from bot.outages import level
from bot.video.life.tracker import LINK_LIFE
from bot.video.outbox.film_post import file_of, note_file, note_gone
from bot.video.outbox.takes import carried
from bot.video.ports.edges import Announcer, Clip, FilmFile, Films, Store
from bot.video.values.cards import Card
from bot.video.values.contents import ShowcaseContent
from bot.video.values.posts import WITH_FILM, Post
from bot.video.values.videos import VideoTask

log = logging.getLogger(__name__)

REQUEST_LIMIT = 25 * 1024 * 1024  # bytes of several files together; Discord, uploading files
FETCHES = 5  # tries; after that the video is only linked
SEARCHES = 7  # tries, over about four minutes, for a file that its link does not find yet
YOUNG = timedelta(minutes=10)  # a younger file may not be available everywhere


class Upload(Struct, frozen=True, kw_only=True):
    """Downloads videos and keeps those that are too large."""

    store: Store
    films: Films
    announcer: Announcer

    async def of(self, post: Post, card: Card | None, now: datetime) -> list[Clip]:
        """The videos of a message, whose files the caller drops.

        Raises `PostError` to try again later."""
        if post.kind not in WITH_FILM or card is None:
            return []
        clips: list[Clip] = []
        others = await self.store.tx(carried, post) if file_of(post).with_others else []
        by_task = {each.task.id: each for each in card.all}
        try:
            for each in [post, *others]:
                room = REQUEST_LIMIT - sum(clip.film.size for clip in clips if clip.film)
                tried = replace(each, attempts=post.attempts)
                clips.append(await self._clip(tried, by_task[str(each.task_id)], room, now))
        except BaseException:
            self.drop(clips)
            raise
        return clips

    def drop(self, clips: Sequence[Clip]) -> None:
        """Remove the files."""
        for clip in clips:
            if clip.film is not None:
                self.films.drop(clip.film)

    async def _clip(self, post: Post, card: Card, room: int, now: datetime) -> Clip:
        """One video; `room` is how many bytes the message still takes."""
        if isinstance(post.content, ShowcaseContent):
            return await self._again(post, card, now)
        if not card.task.film_url:
            return Clip(post=post)
        if (address := file_of(post).kept_at) is not None:
            return Clip(post=post, kept_at=address)
        film = await self._fetched(post, card, now)
        if film is not None and file_of(post).is_unfetched:
            await self.store.tx(note_file, post.id, is_unfetched=False)
        if film is None or await self._fits(post, film, room):
            return Clip(post=post, film=film)
        return Clip(post=post, kept_at=await self._kept(post, film, card.task.id))

    async def _again(self, post: Post, card: Card, now: datetime) -> Clip:
        """A video that was delivered before, from Discord or the service; we keep no second
        copy."""
        kept = Clip(post=post, kept_at=file_of(card.film).kept_at if card.film else None)
        source = getattr(post.content, "source", None) or card.task.film_url
        if not source or file_of(post).is_too_large:
            return kept
        try:
            film = await self.films.fetch(source, task_id=card.task.id)
        except FilmError as error:
            _tell("download", error, post.task_id)
            if error.is_final or post.attempts >= FETCHES:
                return kept
            raise PostError(Fate.LATER) from error
        if await self._fits(post, film, REQUEST_LIMIT):
            return Clip(post=post, film=film)
        self.films.drop(film)
        return kept

    async def _fetched(self, post: Post, card: Card, now: datetime) -> FilmFile | None:
        try:
            return await self.films.fetch(str(card.task.film_url), task_id=card.task.id)
        except FilmError as error:
            _tell("download", error, post.task_id)
            if _is_worth_another(error, post, card.task, now):
                raise PostError(Fate.LATER) from error
            if error.reason == "gone" or _is_over(card.task, now):
                await self.store.tx(note_gone, post, now)
            elif error.reason != "too_large":
                await self.store.tx(note_file, post.id, is_unfetched=True)
            return None

    async def _fits(self, post: Post, film: FilmFile, room: int) -> bool:
        if file_of(post).is_too_large or (room < film.size and room < REQUEST_LIMIT):
            return False
        try:
            return film.size <= await self.announcer.upload_limit(post)
        except BaseException:
            self.films.drop(film)
            raise

    async def _kept(self, post: Post, film: FilmFile, task_id: str) -> str | None:
        try:
            address = await self.films.keep(film, task_id=task_id)
            if address is not None:  # so a repeat does not keep it twice, and a purge finds it
                await self.store.tx(note_file, post.id, kept_at=address)
            return address
        except FilmError as error:
            _tell("keep", error, task_id)
            return None
        finally:
            self.films.drop(film)


def _tell(what: str, error: FilmError, task_id: str | None) -> None:
    importance = level(error, logging.WARNING)
    log.log(importance, "Could not %s a video: %s", what, error, extra={"task": task_id})


def _is_worth_another(error: FilmError, post: Post, task: VideoTask, now: datetime) -> bool:
    if _is_over(task, now):
        return False
    if error.reason == "gone":
        return post.attempts < SEARCHES and _is_young(task, now)
    return not error.is_final and post.attempts < FETCHES


def _is_over(task: VideoTask, now: datetime) -> bool:
    """Whether the link's 24 hours are over: its answer will not change any more."""
    return task.film_until is not None and task.film_until <= now


def _is_young(task: VideoTask, now: datetime) -> bool:
    return task.film_until is not None and now < task.film_until - LINK_LIFE + YOUNG
