"""What a member does with a bot of any library, and what they must see, step by step."""

from collections.abc import Awaitable, Callable
from typing import Any

from bot.playground.guild import Flag
from tests.interop.harness import PATIENCE, Harness

WITHOUT = "not in this library"


class Missing(Exception):
    """The library cannot do this."""


Step = Callable[[Harness], Awaitable[None]]
STEPS: dict[str, Step] = {}


def step(name: str) -> Callable[[Step], Step]:
    """Put a step into the table."""

    def named(act: Step) -> Step:
        STEPS[name] = act
        return act

    return named


def same(seen: object, wanted: object) -> None:
    """Raises AssertionError with both, which a plain `assert` outside pytest does not say."""
    if seen != wanted:
        raise AssertionError(f"{seen!r} instead of {wanted!r}")


@step("logs in")
async def logs_in(harness: Harness) -> None:
    await harness.local.changed(lambda: harness.local.gateway.online, PATIENCE)


@step("registers")
async def registers(harness: Harness) -> None:
    names = {
        "all", "tree", "pick", "reply", "private", "deferred", "presses", "form", "files", "own",
        "Greet", "Quote",
    }  # fmt: skip
    names |= set() if "cards" in harness.lacks else {"cards"}
    offered = harness.maya.offered
    await harness.local.changed(
        lambda: names <= {one["name"] for one in offered("films")}, PATIENCE
    )


@step("options")
async def options(harness: Harness) -> None:
    values = {
        "text": "fox", "whole": 3, "yes": True, "person": "leo", "place": "general",
        "role": "Moderators", "anyone": "sam", "number": 2.5, "file": ("a.txt", b"content"),
    }  # fmt: skip
    shown = (await harness.use("all", values)).text
    same(shown.casefold(), "fox 3 true leo general moderators sam 2.5 a.txt 7")


@step("subcommands")
async def subcommands(harness: Harness) -> None:
    same((await harness.use("tree twig")).text, "twig")
    same((await harness.use("tree branch leaf", {"word": "green"})).text, "leaf green")


@step("choices")
async def choices(harness: Harness) -> None:
    same((await harness.use("pick", {"colour": "red", "fruit": "apple"})).text, "red apple")


@step("autocompletion")
async def autocompletion(harness: Harness) -> None:
    offered = await harness.maya.autocomplete("films", "pick", {"fruit": "ap"}, focused="fruit")
    same([one["value"] for one in offered], ["apple", "apricot"])


@step("user menu")
async def user_menu(harness: Harness) -> None:
    same((await harness.reply(await harness.maya.menu("films", "leo", "Greet"))).text, "hello leo")


@step("message menu")
async def message_menu(harness: Harness) -> None:
    # Only what mentions the bot has content for it, in libraries that keep what they heard.
    said = harness.local.actor("leo").say("films", f"<@{harness.local.state.bot_id}> to be quoted")
    quoted = await harness.reply(await harness.maya.menu("films", said, "Quote"))
    same(quoted.text, said.text)


@step("reply")
async def reply(harness: Harness) -> None:
    same((await harness.use("reply")).text, "hello")
    await harness.seen("hello, edited")


@step("private")
async def private(harness: Harness) -> None:
    same((await harness.use("private")).only_for, harness.maya.user.id)


@step("deferred, follow-up")
async def deferred(harness: Harness) -> None:
    same((await harness.use("deferred")).text, "done")
    await harness.seen("a follow-up")
    same((await harness.seen("in private")).only_for, harness.maya.user.id)
    await harness.local.changed(
        lambda: not [one for one in harness.local.messages("films") if "to be deleted" in one.text]
    )


@step("buttons, selects")
async def presses(harness: Harness) -> None:
    shown = await harness.use("presses")
    await harness.insist(lambda: harness.maya.press(shown, label="Go"))
    await harness.seen("pressed")
    picked = await harness.maya.choose(shown, "pick", ["b"])
    same((await harness.reply(picked)).text, "picked b")
    people = await harness.maya.choose(shown, "people", ["leo"])
    same((await harness.reply(people)).text, "chosen leo")


@step("form")
async def form(harness: Harness) -> None:
    sent = await harness.maya.command("films", "form")
    assert (await sent.responded()).modal
    harness.kept["form"] = sent.modal
    values: dict[str, Any] = {"text": "a fox"}
    if "form selects" not in harness.lacks:
        values |= {"people": ["leo"]}
    if "form upload" not in harness.lacks:
        values |= {"file": [("a.txt", b"content")]}
    shown = await harness.reply(await harness.maya.submit(sent.modal, values))
    harness.kept["form"] = shown.text
    same(shown.text.partition(";")[0], "a fox")


@step("form selects")
async def form_selects(harness: Harness) -> None:
    same(harness.kept["form"].split("; ")[1], "leo")


@step("form upload")
async def form_upload(harness: Harness) -> None:
    same(harness.kept["form"].split("; ")[2], "a.txt 7")


@step("cards")
async def cards(harness: Harness) -> None:
    shown = await harness.use("cards")
    same(bool(shown.flags & Flag.COMPONENTS_V2), True)
    kinds = {one["type"] for one in shown.parts()}
    same({1, 2, 9, 10, 11, 12, 13, 14, 17} - kinds, set())
    same({"a.png", "a.txt"} - {one.filename for one in shown.attachments}, set())
    same([url for url in shown.media if url.startswith("attachment:")], [])


@step("files")
async def files(harness: Harness) -> None:
    shown = await harness.use("files")
    same([(one.filename, one.size) for one in shown.attachments], [("a.txt", 7), ("b.txt", 4)])


@step("own messages")
async def own(harness: Harness) -> None:
    same((await harness.use("own")).text, "begun")
    edited = await harness.seen("mine, edited")
    await harness.local.changed(
        lambda: harness.local.state.messages.find(edited.id) is None, PATIENCE
    )
    await harness.seen("in a thread", "talk")
    await harness.seen("in a DM", "@maya")
    same((await harness.seen("looked up")).text, "looked up: Film club, films, maya")


@step("resumes")
async def resumes(harness: Harness) -> None:
    harness.local.gateway.drop()
    await harness.local.changed(lambda: not harness.local.gateway.online, PATIENCE)
    sent = await harness.maya.command("films", "reply")
    await harness.local.changed(lambda: harness.local.gateway.resumes, PATIENCE)
    same((await harness.reply(sent)).text, "hello")
    same(harness.local.gateway.identifies, 1)
