"""Makes one video without the page: maya types /video; the conversation is printed live."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import aiohttp

from bot.errors import StartupError
from bot.playground.demo.plain import plain_text
from bot.playground.demo.stage import CHANNEL, Stage
from bot.playground.evolink import Status
from bot.playground.guild import Event, EventKind, Message, NotPossible, Unanswered

PERSON = "maya"
START = 60.0  # seconds for the bot to register its commands
FILM = 120.0  # seconds from the command to the finished video
LAST_WORDS = 10.0  # seconds for the bot to explain a failed video
QUIET = 1.0  # seconds without news that end a conversation


class NoFilm(Exception):
    """Why there is no video, in words for the terminal."""


def check_place(out: Path) -> None:
    """Raise `StartupError` if no video can be saved as `out`, before making one in vain."""
    if out.is_dir():
        raise StartupError(f"--out {out} is a folder: name a file in it.")
    if not out.absolute().parent.is_dir():
        raise StartupError(f"--out {out}: its folder does not exist.")
    if not os.access(out if out.exists() else out.absolute().parent, os.W_OK):
        raise StartupError(f"--out {out} cannot be written: check the permissions.")


async def make_film(stage: Stage, prompt: str, out: Path, say: Callable[[str], None]) -> int:
    """Make a video of `prompt`, save it to `out` and return the exit code."""
    stop = stage.discord.events.subscribe(_Transcript(stage, say).happened)
    try:
        film = await _made(stage, prompt, say)
        _save(out, await _downloaded(film))
    except (NoFilm, OSError, aiohttp.ClientError) as problem:
        say(f"No video: {problem}")
        return 1
    finally:
        stop()
    say(f"Saved to {out}.")
    return 0


async def _made(stage: Stage, prompt: str, say: Callable[[str], None]) -> str:
    """The address of the finished video."""
    await _until(stage, lambda: _offers_video(stage), START, "the bot did not start in time.")
    say(f"{PERSON}: /video prompt: {prompt}")
    try:
        sent = await stage.discord.actor(PERSON).command(CHANNEL, "video", {"prompt": prompt})
        await sent.responded()
    except NotPossible as problem:
        raise NoFilm(f"nobody could send this on Discord: {problem}.") from None
    except Unanswered:
        raise NoFilm("the bot did not answer in time.") from None
    await _until(stage, lambda: _film(stage) or _over(stage), FILM, "it took too long.")
    if not _film(stage):
        await _until(stage, lambda: _film(stage), LAST_WORDS, "the bot said why above.")
    await _quiet(stage)
    return _film(stage)


def _offers_video(stage: Stage) -> bool:
    offered = stage.discord.state.commands.offered(None)
    return stage.discord.gateway.online and any(command["name"] == "video" for command in offered)


def _film(stage: Stage) -> str:
    """The address of the video that the bot posted, or "" before that."""
    for message in stage.discord.actor(PERSON).messages(CHANNEL):
        for attachment in message.attachments:
            if attachment.content_type == "video/mp4":
                return attachment.url
    return ""


def _over(stage: Stage) -> bool:
    """Whether nothing more can come: the bot refused in private, or the API failed."""
    tasks = stage.api.tasks.values()
    seen = stage.discord.actor(PERSON).messages(CHANNEL)
    refused = not tasks and any(message.only_for for message in seen)
    return refused or any(task.status is Status.FAILED for task in tasks)


async def _until(
    stage: Stage, reached: Callable[[], object], seconds: float, otherwise: str
) -> None:
    waiting = asyncio.create_task(stage.discord.changed(reached, seconds))
    dying = asyncio.create_task(stage.bot.died())
    try:
        await asyncio.wait({waiting, dying}, return_when=asyncio.FIRST_COMPLETED)
        if not waiting.done():
            raise NoFilm(f"the bot ended by itself. {stage.bot.last_words}")
        if waiting.exception():
            raise NoFilm(otherwise)
    finally:
        for task in (waiting, dying):
            task.cancel()
        await asyncio.gather(waiting, dying, return_exceptions=True)


async def _quiet(stage: Stage) -> None:
    """Wait for the edit of the reply that follows the video."""
    try:
        while True:
            async with asyncio.timeout(QUIET):
                await stage.discord.events.pulsed()
    except TimeoutError:
        return


async def _downloaded(address: str) -> bytes:
    async with aiohttp.ClientSession(raise_for_status=True) as session:
        async with session.get(address) as response:
            return await response.read()


def _save(out: Path, film: bytes) -> None:
    out.write_bytes(film)


class _Transcript:
    """Prints the channel's messages, and edits that change a message's words."""

    def __init__(self, stage: Stage, say: Callable[[str], None]) -> None:
        self._stage = stage
        self._say = say
        self._said: dict[int, set[str]] = {}

    def happened(self, event: Event) -> None:
        if event.kind not in (EventKind.MESSAGE, EventKind.EDITED):
            return
        message = self._stage.discord.state.messages.find(int(event.body["id"]))
        if message:
            self._tell(message)

    def _tell(self, message: Message) -> None:
        state = self._stage.discord.state
        author = state.world.users[message.author_id].name
        known = self._said.get(message.id, set())
        lines = plain_text(message.text, state.world, state.clock.now())
        for line in lines:
            if line not in known:
                self._say(f"{author}: {line}")
        self._said[message.id] = set(lines)
