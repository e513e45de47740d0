"""nextcord on the local Discord. Its forms have only text fields, and it lacks Components V2."""

import io
import os
from typing import Any

import nextcord
from nextcord import SlashOption, ui

nextcord.http.Route.BASE = os.environ["DISCORD_API_URL"]

bot = nextcord.Client(intents=nextcord.Intents.default())
Inter = nextcord.Interaction[Any]


def file(name: str, content: bytes) -> nextcord.File:
    return nextcord.File(io.BytesIO(content), filename=name)


@bot.slash_command(name="all", description="Every type of option")
async def every(
    inter: Inter,
    text: str,
    whole: int,
    yes: bool,
    person: nextcord.User,
    place: nextcord.abc.GuildChannel,
    role: nextcord.Role,
    anyone: nextcord.Mentionable,
    number: float,
    file: nextcord.Attachment,
) -> None:
    size = len(await file.read())
    told = (text, whole, yes, person.name, place.name, role.name, anyone.name, number)
    await inter.send(" ".join(str(one) for one in (*told, file.filename, size)))


@bot.slash_command(description="Has branches")
async def tree(inter: Inter) -> None: ...


@tree.subcommand(description="A subcommand")
async def twig(inter: Inter) -> None:
    await inter.send("twig")


@tree.subcommand(description="Has leaves")
async def branch(inter: Inter) -> None: ...


@branch.subcommand(description="A subcommand of a group")
async def leaf(inter: Inter, word: str) -> None:
    await inter.send(f"leaf {word}")


@bot.slash_command(description="Choices and autocompletion")
async def pick(
    inter: Inter,
    colour: str = SlashOption(choices=["red", "green"]),
    fruit: str = SlashOption(autocomplete=True),
) -> None:
    await inter.send(f"{colour} {fruit}")


@pick.on_autocomplete("fruit")
async def fruits(inter: Inter, fruit: str) -> None:
    offered = [one for one in ("apple", "apricot", "pear") if one.startswith(fruit)]
    await inter.response.send_autocomplete(offered)


@bot.user_command(name="Greet")
async def greet(inter: Inter, user: nextcord.User) -> None:
    await inter.send(f"hello {user.name}")


@bot.message_command(name="Quote")
async def quote(inter: Inter, message: nextcord.Message) -> None:
    await inter.send(message.content)


@bot.slash_command(description="An answer that is edited")
async def reply(inter: Inter) -> None:
    await inter.response.send_message("hello")
    await inter.edit_original_message(content="hello, edited")


@bot.slash_command(description="For one person only")
async def private(inter: Inter) -> None:
    await inter.response.send_message("secret", ephemeral=True)


@bot.slash_command(description="An answer that takes its time")
async def deferred(inter: Inter) -> None:
    await inter.response.defer()
    await inter.edit_original_message(content="done")
    await inter.followup.send("a follow-up")
    await inter.followup.send("in private", ephemeral=True)
    gone = await inter.followup.send("to be deleted", wait=True)
    await gone.edit("to be deleted soon")
    await gone.delete()


class Pressing(ui.View):
    @ui.button(label="Go", custom_id="go")
    async def go(self, button: ui.Button[Any], inter: Inter) -> None:
        await inter.response.edit_message(content="pressed")

    @ui.string_select(
        custom_id="pick", options=[nextcord.SelectOption(label=one) for one in ("a", "b")]
    )
    async def pick(self, select: ui.StringSelect[Any], inter: Inter) -> None:
        await inter.send(f"picked {select.values[0]}")

    @ui.user_select(custom_id="people")
    async def people(self, select: ui.UserSelect[Any], inter: Inter) -> None:
        await inter.send(f"chosen {select.values[0].name}")


@bot.slash_command(description="Buttons and menus")
async def presses(inter: Inter) -> None:
    await inter.send("press", view=Pressing())


class Form(ui.Modal):
    def __init__(self) -> None:
        super().__init__("Form", custom_id="form")
        self.text: ui.TextInput[Any] = ui.TextInput("Text", custom_id="text")
        self.add_item(self.text)

    async def callback(self, inter: Inter) -> None:
        await inter.send(str(self.text.value))


@bot.slash_command(description="A form with a text")
async def form(inter: Inter) -> None:
    await inter.response.send_modal(Form())


@bot.slash_command(description="Uploads")
async def files(inter: Inter) -> None:
    await inter.send(files=[file("a.txt", b"content"), file("b.txt", b"more")])


@bot.slash_command(description="What the bot does with its own token")
async def own(inter: Inter) -> None:
    await inter.send("begun")
    here: Any = await bot.fetch_channel(inter.channel_id)
    mine = await here.send("mine", file=file("a.txt", b"content"))
    await mine.edit("mine, edited", file=file("b.txt", b"more"))
    mine = await here.fetch_message(mine.id)
    await mine.delete()
    thread = await here.create_thread(name="talk", type=nextcord.ChannelType.public_thread)
    await thread.send("in a thread")
    await (await inter.user.create_dm()).send("in a DM")
    guild = await bot.fetch_guild(inter.guild_id)
    member = await guild.fetch_member(inter.user.id)
    await here.send(f"looked up: {guild.name}, {here.name}, {member.name}")


bot.run(os.environ["DISCORD_TOKEN"])
