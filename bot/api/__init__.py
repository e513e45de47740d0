"""The video API and the films it makes. `wire` is pure, `client` and `films` do the talking."""

from bot import __version__

USER_AGENT = f"video-bot/{__version__}"  # the result host refuses a library's default one
