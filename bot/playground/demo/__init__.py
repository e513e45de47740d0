"""`python -m bot demo`: a local Discord, a local video API and the real bot between them."""

from bot.playground.demo.run import run

__all__ = ["run"]
