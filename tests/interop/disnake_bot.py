"""disnake on the local Discord."""

import io
import os
from typing import Any

import disnake
from disnake import ui
from disnake.ext import commands

disnake.http.Route.BASE = os.environ["DISCORD_API_URL"]

bot = commands.InteractionBot(intents=disnake.Intents.default())
Inter = disnake.ApplicationCommandInteraction[Any]


def file(name: str, content: bytes) -> disnake.File:
    return disnake.File(io.BytesIO(content), filename=name)


@bot.slash_command(name="all")
async def every(
    inter: Inter,
    text: str,
    whole: int,
    yes: bool,
    person: disnake.User,
    place: disnake.abc.GuildChannel,
    role: disnake.Role,
    anyone: disnake.User | disnake.Role,
    number: float,
    file: disnake.Attachment,
) -> None:
    """Every type of option."""
    size = len(await file.read())
    told = (text, whole, yes, person.name, place.name, role.name, anyone.name, number)
    await inter.send(" ".join(str(one) for one in (*told, file.filename, size)))


@bot.slash_command()
async def tree(inter: Inter) -> None:
    """Has branches."""


@tree.sub_command()
async def twig(inter: Inter) -> None:
    """A subcommand."""
    await inter.send("twig")


@tree.sub_command_group()
async def branch(inter: Inter) -> None:
    """Has leaves."""


@branch.sub_command()
async def leaf(inter: Inter, word: str) -> None:
    """A subcommand of a group."""
    await inter.send(f"leaf {word}")


async def fruits(inter: Inter, typed: str) -> list[str]:
    return [one for one in ("apple", "apricot", "pear") if one.startswith(typed)]


@bot.slash_command()
async def pick(
    inter: Inter,
    colour: str = commands.Param(choices=["red", "green"]),
    fruit: str = commands.Param(autocomplete=fruits),
) -> None:
    """Choices and autocompletion."""
    await inter.send(f"{colour} {fruit}")


@bot.user_command(name="Greet")
async def greet(inter: Inter, user: disnake.User) -> None:
    await inter.send(f"hello {user.name}")


@bot.message_command(name="Quote")
async def quote(inter: Inter, message: disnake.Message) -> None:
    await inter.send(message.content)


@bot.slash_command()
async def reply(inter: Inter) -> None:
    """An answer that is edited."""
    await inter.response.send_message("hello")
    await inter.edit_original_response("hello, edited")


@bot.slash_command()
async def private(inter: Inter) -> None:
    """For one person only."""
    await inter.response.send_message("secret", ephemeral=True)


@bot.slash_command()
async def deferred(inter: Inter) -> None:
    """An answer that takes its time."""
    await inter.response.defer()
    await inter.edit_original_response("done")
    await inter.followup.send("a follow-up")
    await inter.followup.send("in private", ephemeral=True)
    gone = await inter.followup.send("to be deleted", wait=True)
    await gone.edit("to be deleted soon")
    await gone.delete()


@bot.slash_command()
async def presses(inter: Inter) -> None:
    """Buttons and menus."""
    await inter.send(
        "press",
        components=[
            ui.ActionRow(ui.Button(label="Go", custom_id="go")),
            ui.ActionRow(ui.StringSelect(custom_id="pick", options=["a", "b"])),
            ui.ActionRow(ui.UserSelect(custom_id="people")),
        ],
    )


@bot.listen("on_message_interaction")
async def pressed(inter: disnake.MessageInteraction[Any]) -> None:
    match inter.data.custom_id:
        case "go":
            await inter.response.edit_message("pressed")
        case "pick":
            await inter.send(f"picked {inter.values[0]}")
        case "people":
            await inter.send(f"chosen {inter.resolved_values[0].name}")


@bot.slash_command()
async def form(inter: Inter) -> None:
    """A form with a text, a person and a file."""
    await inter.response.send_modal(
        ui.Modal(
            title="Form",
            custom_id="form",
            components=[
                ui.Label("Text", ui.TextInput(custom_id="text")),
                ui.Label("Person", ui.UserSelect(custom_id="people")),
                ui.Label("File", ui.FileUpload(custom_id="file")),
            ],
        )
    )


@bot.listen("on_modal_submit")
async def submitted(inter: disnake.ModalInteraction[Any]) -> None:
    values = inter.resolved_values
    file = values["file"][0]
    told = (values["text"], values["people"][0].name, f"{file.filename} {len(await file.read())}")
    await inter.response.send_message("; ".join(told))


@bot.slash_command()
async def cards(inter: Inter) -> None:
    """Components V2 with files."""
    card = ui.Container(
        ui.TextDisplay("a card"),
        ui.Section("beside", accessory=ui.Thumbnail("attachment://a.png")),
        ui.MediaGallery(disnake.MediaGalleryItem("attachment://a.png")),
        ui.Separator(),
        ui.File("attachment://a.txt"),
        ui.ActionRow(ui.Button(label="Go", custom_id="card")),
    )
    await inter.send(
        components=[card], files=[file("a.png", b"picture"), file("a.txt", b"content")]
    )


@bot.slash_command()
async def files(inter: Inter) -> None:
    """Uploads."""
    await inter.send(files=[file("a.txt", b"content"), file("b.txt", b"more")])


@bot.slash_command()
async def own(inter: Inter) -> None:
    """What the bot does with its own token."""
    await inter.send("begun")
    here: Any = await bot.fetch_channel(inter.channel_id)
    mine = await here.send("mine", file=file("a.txt", b"content"))
    await mine.edit("mine, edited", file=file("b.txt", b"more"))
    mine = await here.fetch_message(mine.id)
    await mine.delete()
    thread = await here.create_thread(name="talk", type=disnake.ChannelType.public_thread)
    await thread.send("in a thread")
    await (await inter.author.create_dm()).send("in a DM")
    guild = await bot.fetch_guild(inter.guild_id)
    member = await guild.fetch_member(inter.author.id)
    await here.send(f"looked up: {guild.name}, {here.name}, {member.name}")


bot.run(os.environ["DISCORD_TOKEN"])
