"""hikari on the local Discord. Its forms have only text fields."""

import os
from collections.abc import Awaitable, Callable
from typing import Any

import hikari
from hikari import impl

bot = hikari.GatewayBot(
    os.environ["DISCORD_TOKEN"],
    rest_url=os.environ["DISCORD_API_URL"],
    intents=hikari.Intents.ALL_UNPRIVILEGED,
    banner=None,
)
MESSAGE = hikari.ResponseType.MESSAGE_CREATE
Act = Callable[[hikari.CommandInteraction], Awaitable[Any]]


def option(name: str, kind: hikari.OptionType, **more: Any) -> hikari.CommandOption:
    return hikari.CommandOption(type=kind, name=name, description=name, is_required=True, **more)


def options() -> dict[str, list[hikari.CommandOption]]:
    kinds = hikari.OptionType
    leaf = hikari.CommandOption(
        type=kinds.SUB_COMMAND,
        name="leaf",
        description="A subcommand of a group",
        options=[option("word", kinds.STRING)],
    )
    return {
        "all": [
            option("text", kinds.STRING),
            option("whole", kinds.INTEGER),
            option("yes", kinds.BOOLEAN),
            option("person", kinds.USER),
            option("place", kinds.CHANNEL),
            option("role", kinds.ROLE),
            option("anyone", kinds.MENTIONABLE),
            option("number", kinds.FLOAT),
            option("file", kinds.ATTACHMENT),
        ],
        "tree": [
            hikari.CommandOption(
                type=kinds.SUB_COMMAND, name="twig", description="A subcommand", options=[]
            ),
            hikari.CommandOption(
                type=kinds.SUB_COMMAND_GROUP,
                name="branch",
                description="Has leaves",
                options=[leaf],
            ),
        ],
        "pick": [
            option(
                "colour",
                kinds.STRING,
                choices=[hikari.CommandChoice(name=one, value=one) for one in ("red", "green")],
            ),
            option("fruit", kinds.STRING, autocomplete=True),
        ],
    }


async def every(inter: hikari.CommandInteraction) -> None:
    given = {one.name: one.value for one in inter.options or ()}
    found = inter.resolved
    assert found is not None
    file = found.attachments[given["file"]]
    told = (
        given["text"],
        given["whole"],
        given["yes"],
        found.users[given["person"]].username,
        found.channels[given["place"]].name,
        found.roles[given["role"]].name,
        found.members[given["anyone"]].username,
        given["number"],
        file.filename,
        len(await file.read()),
    )
    await inter.create_initial_response(MESSAGE, " ".join(str(one) for one in told))


async def tree(inter: hikari.CommandInteraction) -> None:
    first = (inter.options or ())[0]
    if first.name == "branch":
        leaf = (first.options or ())[0]
        await inter.create_initial_response(MESSAGE, f"leaf {(leaf.options or ())[0].value}")
    else:
        await inter.create_initial_response(MESSAGE, first.name)


async def pick(inter: hikari.CommandInteraction) -> None:
    chosen = " ".join(str(one.value) for one in inter.options or ())
    await inter.create_initial_response(MESSAGE, chosen)


async def greet(inter: hikari.CommandInteraction) -> None:
    assert inter.resolved
    assert inter.target_id
    name = inter.resolved.users[inter.target_id].username
    await inter.create_initial_response(MESSAGE, f"hello {name}")


async def quote(inter: hikari.CommandInteraction) -> None:
    assert inter.resolved
    assert inter.target_id
    content = inter.resolved.messages[inter.target_id].content
    await inter.create_initial_response(MESSAGE, content)


async def reply(inter: hikari.CommandInteraction) -> None:
    await inter.create_initial_response(MESSAGE, "hello")
    await inter.edit_initial_response("hello, edited")


async def private(inter: hikari.CommandInteraction) -> None:
    await inter.create_initial_response(MESSAGE, "secret", flags=hikari.MessageFlag.EPHEMERAL)


async def deferred(inter: hikari.CommandInteraction) -> None:
    await inter.create_initial_response(hikari.ResponseType.DEFERRED_MESSAGE_CREATE)
    await inter.edit_initial_response("done")
    await inter.execute("a follow-up")
    await inter.execute("in private", flags=hikari.MessageFlag.EPHEMERAL)
    gone = await inter.execute("to be deleted")
    await inter.edit_message(gone, "to be deleted soon")
    await inter.delete_message(gone)


async def presses(inter: hikari.CommandInteraction) -> None:
    button = impl.MessageActionRowBuilder().add_interactive_button(
        hikari.ButtonStyle.PRIMARY, "go", label="Go"
    )
    menu = impl.MessageActionRowBuilder().add_text_menu("pick")
    menu.add_option("a", "a").add_option("b", "b")
    people = impl.MessageActionRowBuilder().add_select_menu(
        hikari.ComponentType.USER_SELECT_MENU, "people"
    )
    await inter.create_initial_response(MESSAGE, "press", components=[button, menu.parent, people])


async def form(inter: hikari.CommandInteraction) -> None:
    row = impl.ModalActionRowBuilder().add_text_input("text", "Text")
    await inter.create_modal_response("Form", "form", components=[row])


async def cards(inter: hikari.CommandInteraction) -> None:
    picture = hikari.Bytes(b"picture", "a.png")
    beside = impl.SectionComponentBuilder(
        accessory=impl.ThumbnailComponentBuilder(media=hikari.Bytes(b"picture", "b.png"))
    ).add_text_display("beside")
    button = impl.InteractiveButtonBuilder(
        style=hikari.ButtonStyle.PRIMARY, custom_id="card", label="Go"
    )
    card = (
        impl.ContainerComponentBuilder()
        .add_text_display("a card")
        .add_component(beside)
        .add_media_gallery([impl.MediaGalleryItemBuilder(media=picture)])
        .add_separator()
        .add_file(hikari.Bytes(b"content", "a.txt"))
        .add_action_row([button])
    )
    await inter.create_initial_response(
        MESSAGE, components=[card], flags=hikari.MessageFlag.IS_COMPONENTS_V2
    )


async def files(inter: hikari.CommandInteraction) -> None:
    sent = [hikari.Bytes(b"content", "a.txt"), hikari.Bytes(b"more", "b.txt")]
    await inter.create_initial_response(MESSAGE, attachments=sent)


async def own(inter: hikari.CommandInteraction) -> None:
    await inter.create_initial_response(MESSAGE, "begun")
    here: Any = await bot.rest.fetch_channel(inter.channel_id)
    mine = await here.send("mine", attachment=hikari.Bytes(b"content", "a.txt"))
    await mine.edit("mine, edited", attachment=hikari.Bytes(b"more", "b.txt"))
    await (await bot.rest.fetch_message(here, mine)).delete()
    thread = await bot.rest.create_thread(here, hikari.ChannelType.GUILD_PUBLIC_THREAD, "talk")
    await thread.send("in a thread")
    await (await bot.rest.create_dm_channel(inter.user)).send("in a DM")
    assert inter.guild_id
    guild = await bot.rest.fetch_guild(inter.guild_id)
    member = await bot.rest.fetch_member(guild, inter.user)
    mine = [one async for one in bot.rest.fetch_my_guilds()]
    assert len(mine) == 1
    await here.send(f"looked up: {guild.name}, {here.name}, {member.username}")


ACTS: dict[str, Act] = {
    "all": every, "tree": tree, "pick": pick, "reply": reply, "private": private,
    "deferred": deferred, "presses": presses, "form": form, "cards": cards, "files": files,
    "own": own, "Greet": greet, "Quote": quote,
}  # fmt: skip


@bot.listen()
async def begin(event: hikari.StartedEvent) -> None:
    application = await bot.rest.fetch_application()
    given = options()
    commands: list[hikari.api.CommandBuilder] = []
    for name in ACTS:
        if name in ("Greet", "Quote"):
            kind = hikari.CommandType.USER if name == "Greet" else hikari.CommandType.MESSAGE
            commands.append(bot.rest.context_menu_command_builder(kind, name))
            continue
        command = bot.rest.slash_command_builder(name, name)
        for each in given.get(name, ()):
            command.add_option(each)
        commands.append(command)
    await bot.rest.set_application_commands(application, commands)


@bot.listen()
async def used(event: hikari.CommandInteractionCreateEvent) -> None:
    await ACTS[event.interaction.command_name](event.interaction)


@bot.listen()
async def typed(event: hikari.AutocompleteInteractionCreateEvent) -> None:
    inter = event.interaction
    begun = next(str(one.value) for one in inter.options if one.is_focused)
    found = [one for one in ("apple", "apricot", "pear") if one.startswith(begun)]
    await inter.create_response([impl.AutocompleteChoiceBuilder(one, one) for one in found])


@bot.listen()
async def pressed(event: hikari.ComponentInteractionCreateEvent) -> None:
    inter = event.interaction
    if inter.custom_id == "go":
        await inter.create_initial_response(hikari.ResponseType.MESSAGE_UPDATE, "pressed")
    elif inter.custom_id == "pick":
        await inter.create_initial_response(MESSAGE, f"picked {inter.values[0]}")
    else:
        assert inter.resolved
        (person,) = inter.resolved.users.values()
        await inter.create_initial_response(MESSAGE, f"chosen {person.username}")


@bot.listen()
async def submitted(event: hikari.ModalInteractionCreateEvent) -> None:
    text: Any = event.interaction.components[0].components[0]
    await event.interaction.create_initial_response(MESSAGE, text.value)


bot.run()
