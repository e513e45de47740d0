"""What a member does with a bot of any library, and what has to be seen of it, step by step."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from bot.playground.guild import Actor, Flag, LocalDiscord, Message, Sent, Unanswered

PATIENCE = 15.0
PRESSES = 3
WITHOUT = "not in this library"


class Missing(Exception):
    """The library cannot do this."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A local Discord with one bot on it. `lacks` are the steps that its library cannot do."""

    local: LocalDiscord
    lacks: frozenset[str] = frozenset()
    kept: dict[str, Any] = field(default_factory=dict)

    @property
    def maya(self) -> Actor:
        return self.local.actor("maya")

    async def use(self, name: str, values: Mapping[str, Any] | None = None) -> Message:
        """Use a command; the reply once it is more than that the bot is thinking."""
        return await self.reply(await self.maya.command("films", name, values))

    async def insist(self, act: Callable[[], Awaitable[Sent]]) -> None:
        """Press again where nothing comes: some libraries keep a view only after it was sent."""
        for _ in range(PRESSES):
            with suppress(Unanswered):
                await (await act()).responded(1.0)
                return
        raise Unanswered(f"pressed {PRESSES} times")

    async def reply(self, sent: Sent) -> Message:
        """The finished reply to something."""
        await sent.responded()
        await self.local.changed(lambda: sent.message and not sent.message.loading, PATIENCE)
        assert sent.message is not None
        return sent.message

    async def seen(self, text: str, channel: str = "films") -> Message:
        """The newest message with this text, once there is one."""

        def found() -> list[Message]:
            there = {one.name for one in self.local.world.channels.values()}
            messages = self.local.messages(channel) if channel in there else []
            return [one for one in messages if text in one.text]

        await self.local.changed(found, PATIENCE)
        return found()[-1]


Step = Callable[[Stage], Awaitable[None]]
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
async def logs_in(stage: Stage) -> None:
    await stage.local.changed(lambda: stage.local.gateway.online, PATIENCE)


@step("registers")
async def registers(stage: Stage) -> None:
    names = {
        "all", "tree", "pick", "reply", "private", "deferred", "presses", "form", "files", "own",
        "Greet", "Quote",
    }  # fmt: skip
    names |= set() if "cards" in stage.lacks else {"cards"}
    offered = stage.maya.offered
    await stage.local.changed(lambda: names <= {one["name"] for one in offered("films")}, PATIENCE)


@step("options")
async def options(stage: Stage) -> None:
    values = {
        "text": "fox", "whole": 3, "yes": True, "person": "leo", "place": "general",
        "role": "Moderators", "anyone": "sam", "number": 2.5, "file": ("a.txt", b"content"),
    }  # fmt: skip
    shown = (await stage.use("all", values)).text
    same(shown.casefold(), "fox 3 true leo general moderators sam 2.5 a.txt 7")


@step("subcommands")
async def subcommands(stage: Stage) -> None:
    same((await stage.use("tree twig")).text, "twig")
    same((await stage.use("tree branch leaf", {"word": "green"})).text, "leaf green")


@step("choices")
async def choices(stage: Stage) -> None:
    same((await stage.use("pick", {"colour": "red", "fruit": "apple"})).text, "red apple")


@step("autocompletion")
async def autocompletion(stage: Stage) -> None:
    offered = await stage.maya.autocomplete("films", "pick", {"fruit": "ap"}, focused="fruit")
    same([one["value"] for one in offered], ["apple", "apricot"])


@step("user menu")
async def user_menu(stage: Stage) -> None:
    same((await stage.reply(await stage.maya.menu("films", "leo", "Greet"))).text, "hello leo")


@step("message menu")
async def message_menu(stage: Stage) -> None:
    # Only what mentions the bot has content for it, in libraries that keep what they heard.
    said = stage.local.actor("leo").say("films", f"<@{stage.local.state.bot_id}> to be quoted")
    quoted = await stage.reply(await stage.maya.menu("films", said, "Quote"))
    same(quoted.text, said.text)


@step("reply")
async def reply(stage: Stage) -> None:
    same((await stage.use("reply")).text, "hello")
    await stage.seen("hello, edited")


@step("private")
async def private(stage: Stage) -> None:
    same((await stage.use("private")).only_for, stage.maya.user.id)


@step("deferred, follow-up")
async def deferred(stage: Stage) -> None:
    same((await stage.use("deferred")).text, "done")
    await stage.seen("a follow-up")
    same((await stage.seen("in private")).only_for, stage.maya.user.id)
    await stage.local.changed(
        lambda: not [one for one in stage.local.messages("films") if "to be deleted" in one.text]
    )


@step("buttons, selects")
async def presses(stage: Stage) -> None:
    shown = await stage.use("presses")
    await stage.insist(lambda: stage.maya.press(shown, label="Go"))
    await stage.seen("pressed")
    picked = await stage.maya.choose(shown, "pick", ["b"])
    same((await stage.reply(picked)).text, "picked b")
    people = await stage.maya.choose(shown, "people", ["leo"])
    same((await stage.reply(people)).text, "chosen leo")


@step("form")
async def form(stage: Stage) -> None:
    sent = await stage.maya.command("films", "form")
    assert (await sent.responded()).modal
    stage.kept["form"] = sent.modal
    values: dict[str, Any] = {"text": "a fox"}
    if "form selects" not in stage.lacks:
        values |= {"people": ["leo"]}
    if "form upload" not in stage.lacks:
        values |= {"file": [("a.txt", b"content")]}
    shown = await stage.reply(await stage.maya.submit(sent.modal, values))
    stage.kept["form"] = shown.text
    same(shown.text.partition(";")[0], "a fox")


@step("form selects")
async def form_selects(stage: Stage) -> None:
    same(stage.kept["form"].split("; ")[1], "leo")


@step("form upload")
async def form_upload(stage: Stage) -> None:
    same(stage.kept["form"].split("; ")[2], "a.txt 7")


@step("cards")
async def cards(stage: Stage) -> None:
    shown = await stage.use("cards")
    same(bool(shown.flags & Flag.COMPONENTS_V2), True)
    kinds = {one["type"] for one in shown.parts()}
    same({1, 2, 9, 10, 11, 12, 13, 14, 17} - kinds, set())
    same({"a.png", "a.txt"} - {one.filename for one in shown.attachments}, set())
    same([url for url in shown.media if url.startswith("attachment:")], [])


@step("files")
async def files(stage: Stage) -> None:
    shown = await stage.use("files")
    same([(one.filename, one.size) for one in shown.attachments], [("a.txt", 7), ("b.txt", 4)])


@step("own messages")
async def own(stage: Stage) -> None:
    same((await stage.use("own")).text, "begun")
    edited = await stage.seen("mine, edited")
    await stage.local.changed(lambda: stage.local.state.messages.find(edited.id) is None, PATIENCE)
    await stage.seen("in a thread", "talk")
    await stage.seen("in a DM", "@maya")
    same((await stage.seen("looked up")).text, "looked up: Film club, films, maya")


@step("resumes")
async def resumes(stage: Stage) -> None:
    stage.local.gateway.drop()
    await stage.local.changed(lambda: not stage.local.gateway.online, PATIENCE)
    sent = await stage.maya.command("films", "reply")
    await stage.local.changed(lambda: stage.local.gateway.resumes, PATIENCE)
    same((await stage.reply(sent)).text, "hello")
    same(stage.local.gateway.identifies, 1)
