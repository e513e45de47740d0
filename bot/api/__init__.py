"""The video API and its video files. `wire` is pure; `client` and `films` do the I/O."""

from bot import __version__

USER_AGENT = f"video-bot/{__version__}"  # the host of the results refuses a library's default agent
