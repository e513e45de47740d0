"""Draws the first page of `/settings`, also after a preset or a file was applied."""

from collections.abc import Sequence
from typing import Any

from discord import ui

from bot.services import Services
from bot.ui import cards


async def front_page(
    services: Services, server_id: int, locale: str, done: Sequence[ui.Item[Any]] = ()
) -> ui.LayoutView:
    """The overview as it is now, below what was just done."""
    purses = await services.money.purses(server_id)
    return cards.overview_page(
        await services.settings.document(server_id),
        await services.limits.of(server_id),
        cards.budget_line(purses, locale, services.per_usd),
        locale=locale,
        done=done,
    )
