"""Whether videos are paused: by the operator everywhere, by a server, or in one of its channels.

What waits keeps its place in the queue, and is not submitted until the pause ends."""

from collections.abc import Collection

from bot.errors import Refusal
from bot.video.ports.books import Books
from bot.video.values.asker import Asker
from bot.video.values.settings import ServerSettings
from bot.video.values.videos import State, VideoRequest, VideoTask
from bot.video.values.waiting import Halt, Waiting

_REFUSALS = {
    Halt.BOT: "paused_bot",
    Halt.SERVER: "paused_server",
    Halt.CHANNEL: "paused_channel",
}


def check_pause(is_bot_paused: bool, settings: ServerSettings, asker: Asker) -> None:
    """Raises `Refusal` where videos are paused."""
    if (halt := _halt(is_bot_paused, settings, asker.channel_ids)) is not None:
        paused = asker.channel_ids & set(settings.paused_channels)
        raise Refusal(_REFUSALS[halt], channel=min(paused, default=0))


def halt_of(books: Books, task: VideoTask, request: VideoRequest) -> Halt | None:
    """The pause that keeps a queued video waiting."""
    if task.state is not State.QUEUED:
        return None
    places = {request.channel_id, request.seen_from, request.thread_of} - {None}
    return _halt(books.is_paused(), books.settings(request.server_id), places)


class Paused:
    """The queued videos that are paused, within one transaction."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._settings: dict[int, ServerSettings] = {}
        self._in_channels: dict[int, Collection[str]] = {}

    def settings(self, server_id: int) -> ServerSettings:
        """A server's settings, read once."""
        if server_id not in self._settings:
            self._settings[server_id] = self._books.settings(server_id)
        return self._settings[server_id]

    def holds(self, waiting: Waiting) -> bool:
        """Whether its server, or the channel it was ordered in, is paused."""
        server_id = waiting.server_id
        settings = self.settings(server_id)
        if settings.paused or not settings.paused_channels:
            return settings.paused
        if server_id not in self._in_channels:
            self._in_channels[server_id] = self._books.queued_in(
                server_id, settings.paused_channels
            )
        return waiting.task_id in self._in_channels[server_id]


def _halt(
    is_bot_paused: bool, settings: ServerSettings, places: Collection[int | None]
) -> Halt | None:
    if is_bot_paused:
        return Halt.BOT
    if settings.paused:
        return Halt.SERVER
    return Halt.CHANNEL if set(places) & set(settings.paused_channels) else None
