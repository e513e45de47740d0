"""The real bot on the local Discord, for every test of a cog."""

import pytest

from tests.cogs.foreseen import foreseen
from tests.cogs.harness import Harness, discord, harness
from tests.cogs.steps import put

__all__ = ["discord", "foreseen", "harness"]


@pytest.fixture
async def strict(harness: Harness) -> Harness:
    """Every member's video waits for a moderator."""
    await put(harness, "moderators_channel", harness.discord.world.channel("mods").id)
    await put(harness, "approval.above", 1)
    return harness
