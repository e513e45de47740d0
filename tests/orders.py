"""An order as a command makes one, by somebody without roles where nothing else is said."""

from bot.video.doors.intake import Order
from bot.video.doors.videos import VideoService
from bot.video.values.asker import Asker
from bot.video.values.options import Options
from bot.video.values.videos import VideoSpec


def order(
    videos: VideoService,
    spec: VideoSpec | None = None,
    *,
    user: int,
    server: int,
    channel: int = 11,
    asker: Asker | None = None,
) -> Order:
    origin = videos.origin(
        server_id=server,
        channel_id=channel,
        user_id=user,
        locale="en-US",
        server_locale="en-US",
    )
    return Order(
        origin=origin,
        options=Options(prompt="a fox") if spec is None else Options.of(spec),
        asker=asker or Asker(user_id=user, channel_id=channel),
    )
