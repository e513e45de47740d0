"""py-cord on the local Discord."""

import io
import os
from typing import Any

import discord
from discord import ui

discord.http.Route.API_BASE_URL = os.environ["DISCORD_API_URL"]

bot = discord.Bot(intents=discord.Intents.default())
Context = discord.ApplicationContext


def file(name: str, content: bytes) -> discord.File:
    return discord.File(io.BytesIO(content), filename=name)


@bot.slash_command(name="all", description="Every type of option")
async def every(
    context: Context,
    text: discord.Option(str),
    whole: discord.Option(int),
    yes: discord.Option(bool),
    person: discord.Option(discord.User),
    place: discord.Option(discord.abc.GuildChannel),
    role: discord.Option(discord.Role),
    anyone: discord.Option(discord.SlashCommandOptionType.mentionable),
    number: discord.Option(float),
    file: discord.Option(discord.Attachment),
) -> None:
    size = len(await file.read())
    told = (text, whole, yes, person.name, place.name, role.name, anyone.name, number)
    await context.respond(" ".join(str(one) for one in (*told, file.filename, size)))


tree = bot.create_group("tree", "Has branches")
branch = tree.create_subgroup("branch", "Has leaves")


@tree.command(description="A subcommand")
async def twig(context: Context) -> None:
    await context.respond("twig")


@branch.command(description="A subcommand of a group")
async def leaf(context: Context, word: discord.Option(str)) -> None:
    await context.respond(f"leaf {word}")


async def fruits(context: discord.AutocompleteContext) -> list[str]:
    return [one for one in ("apple", "apricot", "pear") if one.startswith(context.value)]


@bot.slash_command(description="Choices and autocompletion")
async def pick(
    context: Context,
    colour: discord.Option(str, choices=["red", "green"]),
    fruit: discord.Option(str, autocomplete=fruits),
) -> None:
    await context.respond(f"{colour} {fruit}")


@bot.user_command(name="Greet")
async def greet(context: Context, user: discord.User) -> None:
    await context.respond(f"hello {user.name}")


@bot.message_command(name="Quote")
async def quote(context: Context, message: discord.Message) -> None:
    await context.respond(message.content)


@bot.slash_command(description="An answer that is edited")
async def reply(context: Context) -> None:
    await context.respond("hello")
    await context.interaction.edit_original_response(content="hello, edited")


@bot.slash_command(description="For one person only")
async def private(context: Context) -> None:
    await context.respond("secret", ephemeral=True)


@bot.slash_command(description="An answer that takes its time")
async def deferred(context: Context) -> None:
    await context.defer()
    await context.interaction.edit_original_response(content="done")
    await context.followup.send("a follow-up")
    await context.followup.send("in private", ephemeral=True)
    gone = await context.followup.send("to be deleted", wait=True)
    await gone.edit("to be deleted soon")
    await gone.delete()


class Pressing(ui.View):
    @ui.button(label="Go", custom_id="go")
    async def go(self, button: ui.Button[Any], interaction: discord.Interaction) -> None:
        await interaction.response.edit_message(content="pressed")

    @ui.string_select(
        custom_id="pick", options=[discord.SelectOption(label=one) for one in ("a", "b")]
    )
    async def pick(self, select: ui.Select[Any], interaction: discord.Interaction) -> None:
        await interaction.respond(f"picked {select.values[0]}")

    @ui.user_select(custom_id="people")
    async def people(self, select: ui.Select[Any], interaction: discord.Interaction) -> None:
        await interaction.respond(f"chosen {select.values[0].name}")


@bot.slash_command(description="Buttons and menus")
async def presses(context: Context) -> None:
    await context.respond("press", view=Pressing())


class Form(ui.DesignerModal):
    def __init__(self) -> None:
        self.text = ui.InputText(custom_id="text")
        self.people = ui.Select(discord.ComponentType.user_select, custom_id="people")
        self.file = ui.FileUpload(custom_id="file")
        super().__init__(
            ui.Label("Text", self.text),
            ui.Label("Person", self.people),
            ui.Label("File", self.file),
            title="Form",
            custom_id="form",
        )

    async def callback(self, interaction: discord.Interaction) -> None:
        file = self.file.values[0]
        size = len(await file.read())
        told = (self.text.value, self.people.values[0].name, f"{file.filename} {size}")
        await interaction.respond("; ".join(str(one) for one in told))


@bot.slash_command(description="A form with a text, a person and a file")
async def form(context: Context) -> None:
    await context.send_modal(Form())


@bot.slash_command(description="Components V2 with files")
async def cards(context: Context) -> None:
    card = ui.Container(
        ui.TextDisplay("a card"),
        ui.Section(ui.TextDisplay("beside"), accessory=ui.Thumbnail("attachment://a.png")),
        ui.MediaGallery(discord.MediaGalleryItem("attachment://a.png")),
        ui.Separator(),
        ui.File("attachment://a.txt"),
        ui.ActionRow(ui.Button(label="Go", custom_id="card")),
    )
    sent = [file("a.png", b"picture"), file("a.txt", b"content")]
    await context.respond(view=ui.DesignerView(card), files=sent)


@bot.slash_command(description="Uploads")
async def files(context: Context) -> None:
    await context.respond(files=[file("a.txt", b"content"), file("b.txt", b"more")])


@bot.slash_command(description="What the bot does with its own token")
async def own(context: Context) -> None:
    await context.respond("begun")
    here: Any = await bot.fetch_channel(context.channel_id)
    mine = await here.send("mine", file=file("a.txt", b"content"))
    await mine.edit("mine, edited", file=file("b.txt", b"more"))
    mine = await here.fetch_message(mine.id)
    await mine.delete()
    thread = await here.create_thread(name="talk", type=discord.ChannelType.public_thread)
    await thread.send("in a thread")
    await (await context.author.create_dm()).send("in a DM")
    guild = await bot.fetch_guild(context.guild_id)
    member = await guild.fetch_member(context.author.id)
    await here.send(f"looked up: {guild.name}, {here.name}, {member.name}")


bot.run(os.environ["DISCORD_TOKEN"])
