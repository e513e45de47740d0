"""Draws the first page of `/settings`, also after a preset or a file was applied."""

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.services import Services
from bot.ui import cards
from bot.ui.permissions import is_public
from bot.ui.texts import say
from bot.video.values.settings import SettingsDocument

CONFIDENTIAL = ("moderators_channel", "audit_channel")


def warnings(
    guild: discord.Guild | None, settings: SettingsDocument, locale: str
) -> dict[str, str]:
    """What everybody can read that only moderators should, by the setting's path."""
    chosen = {path: settings.at(path) for path in CONFIDENTIAL}
    return {
        path: say(f"settings.public.{path}", locale, channel=channel_id)
        for path, channel_id in chosen.items()
        if is_public(guild, channel_id)
    }


async def front_page(
    services: Services,
    server_id: int,
    locale: str,
    done: Sequence[ui.Item[Any]] = (),
    *,
    guild: discord.Guild | None,
) -> ui.LayoutView:
    """The overview as it is now, below what was just done."""
    settings = await services.settings.document(server_id)
    purses = await services.money.purses(server_id)
    return cards.overview_page(
        settings,
        await services.limits.of(server_id),
        cards.budget_line(purses, locale, services.per_usd),
        locale=locale,
        done=done,
        warnings=list(warnings(guild, settings, locale).values()),
    )
