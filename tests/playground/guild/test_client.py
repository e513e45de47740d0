"""The real discord.py client against the local Discord."""

from typing import Any

import discord

from bot.playground.guild import LocalDiscord
from tests.playground.guild.real_client import running


async def test_a_command_is_answered_and_edited_by_the_real_client(pointed: LocalDiscord) -> None:
    async def setup(client: discord.Client, tree: Any) -> None:
        @tree.command(name="video", description="Make a video")
        async def video(interaction: discord.Interaction[Any], prompt: str) -> None:
            await interaction.response.send_message(f"waiting: {prompt}")
            await interaction.edit_original_response(content=f"ready: {prompt}")

    client = discord.Client(intents=discord.Intents(guilds=True))
    async with running(pointed, client, setup):
        maya = pointed.actor("maya")
        sent = await maya.command("films", "video", {"prompt": "a fox"})
        await sent.responded()
        await pointed.changed(lambda: maya.messages("films")[-1].text == "ready: a fox")
    assert not pointed.gateway.online
