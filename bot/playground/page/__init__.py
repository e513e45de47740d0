"""The local Discord as a page: what one person sees, live, and what they can do."""

from bot.playground.page.backstage import Alone, Backstage, Life, Mishap, Standing
from bot.playground.page.server import Page

__all__ = ["Alone", "Backstage", "Life", "Mishap", "Page", "Standing"]
