"""Shows what a preset or a file would change in this server, before anything is changed."""

from typing import Any

import discord

from bot.ui import cards
from bot.ui.answer import tell
from bot.ui.front import Front
from bot.ui.items import write_only
from bot.ui.setups import FILE, fitting, read_setup, written
from bot.ui.wordfile import read_text
from bot.video.doors.setups import Setup

Interaction = discord.Interaction[Any]


async def check_setup(interaction: Interaction, front: Front) -> tuple[int, int]:
    """The server and the person. Raises `Refusal` for people who may not change both settings and
    limits."""
    await front.rights.check(interaction, "limits")
    return await front.rights.check(interaction, "settings"), interaction.user.id


async def show_file(interaction: Interaction, front: Front, file: discord.Attachment) -> None:
    """What an attached file would change. Raises `Refusal`."""
    await check_setup(interaction, front)
    await interaction.response.defer(ephemeral=True, thinking=True)
    await show_plan(interaction, front, read_setup(await read_text(file)), FILE)


async def show_plan(interaction: Interaction, front: Front, setup: Setup, name: str) -> None:
    """What a setup would change, and what of it does not fit here: a preset's in place of the
    overview."""
    server_id, _ = await check_setup(interaction, front)
    fits, refused = fitting(interaction, setup)
    plan = await front.services.setups.plan(server_id, fits)
    file = written(fits) if name == FILE else None
    view, files = cards.setup_plan(plan, refused, name, file, str(interaction.locale))
    if name == FILE:
        await tell(interaction, view=view, files=files)
    else:
        await interaction.response.edit_message(view=write_only(view))
