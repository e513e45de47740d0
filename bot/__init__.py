"""A Discord bot for AI video. Start reading at `bot/app.py`, then `bot/video/`."""

__version__ = "0.1.0"
