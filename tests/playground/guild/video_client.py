"""A discord.py client with a few commands of each kind."""

from typing import Any

import discord

Use = discord.Interaction[Any]


def new_client() -> discord.Client:
    none = discord.AllowedMentions.none()
    return discord.Client(intents=discord.Intents(guilds=True), allowed_mentions=none)


class Card(discord.ui.LayoutView):
    """A card with text, a gallery and a button."""

    def __init__(self, text: str, media: str | None = None) -> None:
        super().__init__(timeout=None)
        box: discord.ui.Container[Any] = discord.ui.Container(discord.ui.TextDisplay(text))
        if media:
            shown = discord.MediaGalleryItem(media, description="a fox")
            box.add_item(discord.ui.MediaGallery(shown))
        row: discord.ui.ActionRow[Any] = discord.ui.ActionRow()
        row.add_item(discord.ui.Button(label="Cancel", custom_id="cancel:1"))
        box.add_item(row)
        self.add_item(box)


class Shots(discord.ui.Modal, title="Shots"):
    """A form with one field."""

    lines: discord.ui.Label[Any] = discord.ui.Label(
        text="One shot a line",
        component=discord.ui.TextInput(
            style=discord.TextStyle.paragraph, custom_id="lines", default="a fox"
        ),
    )


async def video_commands(client: discord.Client, tree: Any) -> None:
    @tree.command(name="video", description="Make a video")
    async def video(interaction: Use, prompt: str, duration: int = 5) -> None:
        await interaction.response.send_message(view=Card(f"Waiting: {prompt}"))

    @video.autocomplete("duration")
    async def durations(interaction: Use, typed: str) -> list[discord.app_commands.Choice[int]]:
        price = f"{typed} s of {interaction.namespace.prompt}"
        return [discord.app_commands.Choice(name=price, value=int(typed or 0))]

    @tree.command(name="slow", description="Answers later")
    async def slow(interaction: Use, private: bool = False) -> None:
        await interaction.response.defer(ephemeral=private, thinking=True)
        await interaction.followup.send("first")
        await interaction.followup.send("second", ephemeral=private)

    @tree.command(name="form", description="Opens a form")
    async def form(interaction: Use) -> None:
        await interaction.response.send_modal(Shots())

    @tree.context_menu(name="Make a video of this")
    async def of_this(interaction: Use, message: discord.Message) -> None:
        await interaction.response.send_message(f"of: {message.content}", ephemeral=True)

    @tree.command(name="silent", description="Never answers")
    async def silent(interaction: Use) -> None:
        return None

    @client.event
    async def on_interaction(interaction: Use) -> None:
        data: Any = interaction.data
        if interaction.type is discord.InteractionType.component:
            await interaction.response.edit_message(view=Card("Cancelled"))
        elif interaction.type is discord.InteractionType.modal_submit:
            text = data["components"][0]["component"]["value"]
            await interaction.response.send_message(f"shots: {text}")
