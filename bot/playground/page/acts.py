"""Carries out the page's acts through a person's client at the local Discord.

Every act has an outcome: `done`, `modal` (with the form), `unanswered` or `refused`."""

from base64 import b64decode
from collections.abc import Mapping
from typing import Any

from bot.playground.guild import Actor, LocalDiscord, Message, Modal, NotPossible, Sent, Unanswered
from bot.playground.page.integration import Integration

Body = Mapping[str, Any]
Outcome = dict[str, Any]
UPLOAD = 19  # the type of a form's field for files
FIRST = "maya"  # the person a newcomer acts as


class Acts:
    """One method for each verb in `/page/act/{verb}`."""

    VERBS = frozenset(
        {"say", "complete", "command", "press", "choose", "submit", "menu", "let-use"}
    )

    def __init__(self, discord: LocalDiscord) -> None:
        self._discord = discord

    def actor(self, name: str) -> Actor:
        """A person's client; for an unknown name, that of a newcomer."""
        try:
            return self._discord.actor(name)
        except LookupError:
            return self._discord.actor(FIRST)

    async def act(self, verb: str, body: Body) -> Outcome:
        """Carry out an act and wait for the bot's first response."""
        try:
            if verb == "say":
                self.actor(body["as"]).say(int(body["channel"]), str(body["content"]))
                return {"outcome": "done"}
            if verb == "let-use":
                page = Integration(self.actor(body["as"]))
                page.let_use(body["name"], body["whom"], body["allowed"])
                return {"outcome": "done"}
            if verb == "complete":
                return {"outcome": "done", "choices": await self._complete(body)}
            return await _outcome(await self._sent(verb, self.actor(body["as"]), body))
        except Unanswered:
            return {"outcome": "unanswered"}
        except NotPossible as problem:
            return {"outcome": "refused", "problem": str(problem)}

    async def _sent(self, verb: str, actor: Actor, body: Body) -> Sent:
        locale, channel = body["locale"], int(body["channel"])
        match verb:
            case "command":
                options = {name: _option(given) for name, given in body["options"].items()}
                return await actor.command(channel, body["name"], options, locale=locale)
            case "submit":
                return await actor.submit(self._modal(body), _values(body), locale=locale)
        message = self._message(body)
        match verb:
            case "press":
                return await actor.press(message, custom_id=body["custom_id"], locale=locale)
            case "choose":
                chosen, values = body["custom_id"], body["values"]
                return await actor.choose(message, chosen, values, locale=locale)
            case _:
                return await actor.menu(channel, message, body["name"], locale=locale)

    async def _complete(self, body: Body) -> list[dict[str, Any]]:
        offered = await self.actor(body["as"]).autocomplete(
            int(body["channel"]),
            body["name"],
            body["options"],
            focused=body["focused"],
            locale=body["locale"],
        )
        return list(offered)

    def _message(self, body: Body) -> Message:
        found = self._discord.state.messages.find(int(body["message"]))
        if found is None:
            raise NotPossible("this message is gone")
        return found

    def _modal(self, body: Body) -> Modal:
        for interaction in self._discord.state.interactions.values():
            if interaction.modal and str(interaction.id) == body["modal"]:
                return interaction.modal
        raise NotPossible("this form is gone")


def _values(body: Body) -> dict[str, Any]:
    return {one["custom_id"]: _value(one) for one in body["components"]}


def _value(one: Body) -> Any:
    if one["type"] != UPLOAD:
        return one.get("values", one.get("value"))
    return [_file(file) for file in one["values"]]


def _option(given: Any) -> Any:
    return _file(given) if isinstance(given, dict) else given


def _file(file: Mapping[str, str]) -> tuple[str, bytes]:
    return file["name"], b64decode(file["content"], validate=True)


async def _outcome(sent: Sent) -> Outcome:
    modal = (await sent.responded()).modal
    if modal is None:
        return {"outcome": "done"}
    shape = {
        "id": str(modal.interaction_id),
        "title": modal.title,
        "components": modal.components,
    }
    return {"outcome": "modal", "modal": shape}
