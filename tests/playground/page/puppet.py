"""A tiny bot on discord.py, run as its own program: it shows all that the page must draw.

DISCORD_API_URL, DISCORD_GATEWAY_URL, DISCORD_TOKEN and FILM (a file) come from the environment."""

import asyncio
import os
from typing import Any

import discord
from discord import app_commands, ui

STEPS = (20, 40, 60, 80)
STEP = 0.25  # seconds between two of them
LOOKS = ("Calm", "Wild", "Cold", "Warm", "Dark", "Bright", "Old", "New", "Quiet", "Loud")

discord.http.Route.BASE = os.environ["DISCORD_API_URL"]
discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = discord.gateway.yarl.URL(
    os.environ["DISCORD_GATEWAY_URL"]
)


SPANISH = {"duration": "duración", "Make a film from words": "Crea un vídeo con palabras"}


class Spanish(app_commands.Translator):
    async def translate(
        self, string: app_commands.locale_str, locale: discord.Locale, _: object
    ) -> str | None:
        return SPANISH.get(string.message) if locale is discord.Locale.spain_spanish else None


class Puppet(discord.Client):
    def __init__(self) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True), allowed_mentions=discord.AllowedMentions.none()
        )
        self.tree = app_commands.CommandTree(self)

    async def setup_hook(self) -> None:
        await self.tree.set_translator(Spanish())
        for command in (video, note, wish, look, silent, count):
            self.tree.add_command(command)
        self.tree.add_command(echo)
        await self.tree.sync()


def card(prompt: str, progress: int) -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    section = ui.Section(
        f"### Rendering\n{discord.utils.escape_markdown(prompt)}",
        f"**{progress} %**",
        accessory=ui.Button(label="Cancel", custom_id="cancel"),
    )
    view.add_item(ui.Container(section, ui.Separator(), accent_color=discord.Color(0xE0A84C)))
    return view


def finished(who: discord.abc.User, prompt: str) -> ui.LayoutView:
    gallery = ui.MediaGallery()
    gallery.add_item(media="attachment://film.mp4", description=prompt[:1024])
    view = ui.LayoutView(timeout=None)
    text = f"### Your film\n{who.mention}, here it is. ||The end is a surprise.||"
    row = ui.ActionRow(
        ui.Button(label="Again", custom_id="again"),
        ui.Button(label="Open", url="https://example.com/film.mp4"),
    )
    container = ui.Container(ui.TextDisplay(text), gallery, row, accent_color=discord.Color.teal())
    view.add_item(container)
    return view


@app_commands.command(description="Make a film from words")
@app_commands.choices(
    aspect_ratio=[
        app_commands.Choice(name="Wide 16:9", value="16:9"),
        app_commands.Choice(name="Vertical 9:16", value="9:16"),
    ]
)
async def video(
    interaction: discord.Interaction,
    prompt: app_commands.Range[str, 1, 200],
    duration: app_commands.Range[int, 3, 15] = 5,
    aspect_ratio: str = "16:9",
) -> None:
    await interaction.response.send_message(view=card(prompt, 0))
    for progress in STEPS:
        await asyncio.sleep(STEP)
        await interaction.edit_original_response(view=card(prompt, progress))
    await interaction.channel.send(
        view=finished(interaction.user, prompt),
        file=discord.File(os.environ["FILM"], "film.mp4"),
        allowed_mentions=discord.AllowedMentions(users=True),
    )
    done = ui.LayoutView(timeout=None)
    done.add_item(ui.TextDisplay(f"Ready: {duration} s, {aspect_ratio}"))
    await interaction.edit_original_response(view=done)


@video.autocomplete("duration")
async def durations(_: discord.Interaction, typed: str) -> list[app_commands.Choice[int]]:
    return [
        app_commands.Choice(name=f"{seconds} s · {seconds * 5} credits", value=seconds)
        for seconds in range(3, 16)
        if str(seconds).startswith(typed)
    ]


class Note(ui.Modal, title="Leave a note"):
    subject = ui.Label(
        text="Subject",
        component=ui.TextInput(custom_id="subject", max_length=40),
        description="Short",
    )
    mood = ui.Label(
        text="Mood",
        component=ui.RadioGroup(
            custom_id="mood",
            options=[
                discord.RadioGroupOption(label="Calm", value="calm", default=True),
                discord.RadioGroupOption(label="Wild", value="wild"),
            ],
        ),
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        subject: Any = self.subject.component
        mood: Any = self.mood.component
        if subject.value == "silence":
            return
        await interaction.response.send_message(
            f"Noted: {subject.value} ({mood.value})", ephemeral=True
        )


@app_commands.command(description="Opens a form")
async def note(interaction: discord.Interaction) -> None:
    await interaction.response.send_modal(Note())


class Wish(ui.Modal, title="Edit the video"):
    about = ui.TextDisplay("The new one **costs again**.")
    prompt = ui.Label(
        text="Prompt",
        component=ui.TextInput(style=discord.TextStyle.paragraph, default="a fox in the snow"),
    )
    length = ui.Label(
        text="Length",
        description="Longer costs more",
        component=ui.Select(
            custom_id="length",
            options=[
                discord.SelectOption(
                    label=f"{seconds} s", value=str(seconds), description=f"{seconds * 5} credits",
                    default=seconds == 5,
                )
                for seconds in range(3, 16)
            ],
        ),
    )  # fmt: skip
    moods = ui.Label(
        text="Moods",
        component=ui.Select(
            custom_id="moods",
            placeholder="Any mood",
            required=False,
            min_values=2,
            max_values=3,
            options=[discord.SelectOption(label=look) for look in LOOKS],
        ),
    )
    pictures = ui.Label(
        text="Pictures",
        component=ui.FileUpload(custom_id="pictures", required=False, min_values=0, max_values=2),
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        choices: list[Any] = [self.length.component, self.moods.component, self.pictures.component]
        length, moods, pictures = (each.values for each in choices)
        sizes = [f"{each.filename} ({each.size})" for each in pictures]
        prompt: Any = self.prompt.component
        said = f"{prompt.value}: {length[0]} s, {sorted(moods)}, {sizes}"
        await interaction.response.send_message(said, ephemeral=True)


@app_commands.command(description="Opens a form with selects")
async def wish(interaction: discord.Interaction) -> None:
    await interaction.response.send_modal(Wish())


class Looks(ui.View):
    def __init__(self) -> None:
        super().__init__(timeout=None)

    @ui.select(
        custom_id="look",
        placeholder="Choose a look",
        options=[discord.SelectOption(label=look) for look in LOOKS],
    )
    async def chosen(self, interaction: discord.Interaction, select: ui.Select["Looks"]) -> None:
        await interaction.response.edit_message(content=f"The look is {select.values[0]}.")

    @ui.select(
        custom_id="pair",
        placeholder="Choose two",
        min_values=2,
        max_values=2,
        options=[discord.SelectOption(label=look) for look in LOOKS],
    )
    async def pair(self, interaction: discord.Interaction, select: ui.Select["Looks"]) -> None:
        await interaction.response.edit_message(content=f"The looks are {select.values}.")

    @ui.button(label="Nothing happens", custom_id="nothing")
    async def nothing(self, _: discord.Interaction, __: ui.Button["Looks"]) -> None:
        """Never answers."""

    @ui.button(label="Enough", custom_id="enough")
    async def enough(self, interaction: discord.Interaction, _: ui.Button["Looks"]) -> None:
        view = ui.View(timeout=None)
        view.add_item(ui.Button(label="Look again", custom_id="look-again"))
        await interaction.response.edit_message(content="Enough looked.", view=view)


@app_commands.command(description="Shows a menu")
async def look(interaction: discord.Interaction) -> None:
    await interaction.response.send_message("Which look?", view=Looks())


@app_commands.command(description="Never answers")
async def silent(_: discord.Interaction, whom: discord.Member | None = None) -> None:
    """Discord gives up after three seconds."""


@app_commands.command(description="Counts a file's bytes")
async def count(interaction: discord.Interaction, file: discord.Attachment) -> None:
    size = len(await file.read())
    await interaction.response.send_message(f"{file.filename}: {size} bytes")


@app_commands.context_menu(name="Say it again")
async def echo(interaction: discord.Interaction, message: discord.Message) -> None:
    await interaction.response.send_message(f"Again: {message.content}", ephemeral=True)


if __name__ == "__main__":
    Puppet().run(os.environ["DISCORD_TOKEN"], log_handler=None)
