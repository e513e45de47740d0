"""A person at a Discord client who uses the bot: commands, buttons, menus, forms.

Like Discord's client, it refuses invalid input; `forced=True` acts as a forged client."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.playground.guild.asking import Ask, Sent, ask
from bot.playground.guild.commands import MESSAGE, USER
from bot.playground.guild.interactions import InteractionKind, Modal
from bot.playground.guild.member import Member
from bot.playground.guild.messages import Message
from bot.playground.guild.permissions import Permission, effective
from bot.playground.guild.resolving import CHOSEN, resolved, resolved_form
from bot.playground.guild.rules import options
from bot.playground.guild.rules.forms import check_listed, filled
from bot.playground.guild.rules.options import NotPossible
from bot.playground.guild.world import WORDLESS, Channel, Guild

BUTTON, LINK = 2, 5


class Actor(Member):
    """What one person can do and see. Acts return at once; `Sent.responded` waits."""

    async def command(
        self,
        channel: str | int,
        name: str,
        values: Mapping[str, Any] | None = None,
        *,
        locale: str = "en-US",
        forced: bool = False,
    ) -> Sent:
        """Use a slash command; subcommands as in `videos list`. Raises `NotPossible`."""
        here = self._place(channel)
        command = options.found(self.offered(here.id), name)
        options.fill(command, values or {}, forced=forced)
        found = resolved(self.state, self.user, here, command.options, forced=forced)
        data = {**command.data(), **found}
        return self._ask(InteractionKind.COMMAND, here, data, locale)

    async def autocomplete(
        self,
        channel: str | int,
        name: str,
        values: Mapping[str, Any],
        *,
        focused: str,
        locale: str = "en-US",
        within: float = 3.2,
    ) -> tuple[dict[str, Any], ...]:
        """The suggestions while the cursor is in `focused`. Raises `Unanswered`."""
        here = self._place(channel)
        command = options.found(self.offered(here.id), name)
        options.fill_partly(command, values, focused)
        sent = self._ask(InteractionKind.AUTOCOMPLETE, here, command.data(), locale)
        return (await sent.responded(within)).choices or ()

    async def menu(
        self, channel: str | int, target: Message | str, name: str, *, locale: str = "en-US"
    ) -> Sent:
        """Use a command from the context menu of a message, or of a person, given by name."""
        here = self._place(channel)
        kind = MESSAGE if isinstance(target, Message) else USER
        command = next(
            (one for one in self.offered(here.id) if (one["type"], one["name"]) == (kind, name)),
            None,
        )
        if command is None:
            raise NotPossible(f"no command {name!r} is in this menu here")
        data = {"id": command["id"], "name": name, "type": kind, **self._aimed(target, here)}
        return self._ask(InteractionKind.COMMAND, here, data, locale)

    async def press(
        self,
        message: Message,
        *,
        custom_id: str | None = None,
        label: str | None = None,
        locale: str = "en-US",
        forced: bool = False,
    ) -> Sent:
        """Press a button, found by id or label, which may lack its price. `forced` may send a
        custom_id that is not there."""
        if forced and custom_id is not None:
            data = {"component_type": 2, "custom_id": custom_id}
            here = self.state.world.channels[message.channel_id]
            return self._ask(InteractionKind.COMPONENT, here, data, locale, message)
        now = self._current(message)
        for one in now.parts():
            is_meant = custom_id is not None and one.get("custom_id") == custom_id
            if one["type"] == BUTTON and (is_meant or _is_called(one, label)):
                return self._press(now, one, locale)
        raise NotPossible(f"no button {custom_id or label!r}; there are {list(now.buttons)}")

    async def choose(
        self,
        message: Message,
        custom_id: str,
        values: Sequence[str],
        *,
        locale: str = "en-US",
    ) -> Sent:
        """Choose in a select menu."""
        now = self._current(message)
        one = next((part for part in now.parts() if part.get("custom_id") == custom_id), None)
        if one is None or one.get("disabled"):
            raise NotPossible(f"no select {custom_id!r} can be used")
        if not one.get("min_values", 1) <= len(values) <= one.get("max_values", 1):
            raise NotPossible(f"{custom_id!r} does not take {len(values)} values")
        check_listed(one, values)
        here = self.state.world.channels[now.channel_id]
        chosen = [{"type": CHOSEN.get(one["type"], 0), "value": value} for value in values]
        found = resolved(self.state, self.user, here, chosen, forced=False)
        ids = [each["value"] for each in chosen]
        data = {"component_type": one["type"], "custom_id": custom_id, "values": ids, **found}
        return self._ask(InteractionKind.COMPONENT, here, data, locale, now)

    async def submit(
        self,
        modal: Modal,
        values: Mapping[str, Any],
        *,
        locale: str = "en-US",
        forced: bool = False,
    ) -> Sent:
        """Send a form; fields that are left out keep their initial values.

        People, roles and channels are chosen by id or name; files are given as name and content.
        """
        if modal.user_id != self.user.id:
            raise NotPossible("the form was opened for somebody else")
        here = self._place(modal.channel_id)
        components = filled(modal.components, values, forced=forced)
        found = resolved_form(self.state, self.user, here, components, forced=forced)
        data = {"custom_id": modal.custom_id, "components": components, **found}
        message = self.state.messages.get(modal.channel_id, modal.message_id or 0)
        return self._ask(InteractionKind.MODAL, here, data, locale, message, modal.opened_by)

    def offered(self, channel: str | int) -> list[dict[str, Any]]:
        """The commands that this person's client shows in a channel."""
        here = self.state.world.channel(channel)
        bits = effective(self.state.world, self.user.id, here)
        guild = self.state.world.guilds.get(here.guild_id or 0)
        if not bits & Permission.USE_APPLICATION_COMMANDS or here.kind in WORDLESS:
            return []
        if guild is not None and self.state.bot_id not in guild.members:
            return []
        commands = self.state.commands.offered(here.guild_id)
        return [one for one in commands if self._shown(one, here, guild)]

    def _shown(self, command: Mapping[str, Any], here: Channel, guild: Guild | None) -> bool:
        contexts = command.get("contexts")
        if contexts is not None and (0 if here.guild_id else 1) not in contexts:
            return False
        overrides = self.state.overrides
        return guild is None or overrides.let_use(command, guild, self.user.id, here)

    def _aimed(self, target: Message | str, here: Channel) -> dict[str, Any]:
        if isinstance(target, Message):
            found = {"messages": {str(target.id): self.state.shape(self._current(target))}}
            return {"target_id": str(target.id), "resolved": found}
        one = {"type": options.USER, "value": target}
        people = resolved(self.state, self.user, here, [one], forced=False)
        return {"target_id": one["value"], **people}

    def _press(self, message: Message, button: Mapping[str, Any], locale: str) -> Sent:
        if button.get("disabled") or button["style"] == LINK:
            raise NotPossible(f"the button {button.get('label')!r} cannot be pressed")
        here = self.state.world.channels[message.channel_id]
        data = {"component_type": 2, "custom_id": button["custom_id"], "id": button["id"]}
        return self._ask(InteractionKind.COMPONENT, here, data, locale, message)

    def _ask(
        self,
        kind: InteractionKind,
        here: Channel,
        data: dict[str, Any],
        locale: str,
        message: Message | None = None,
        opened_by: dict[str, Any] | None = None,
    ) -> Sent:
        guild = self.state.world.guilds.get(here.guild_id or 0)
        if guild is not None and self.user.id not in guild.members:
            raise NotPossible(f"{self.user.name} is not in {guild.name!r} any more")
        what = Ask(
            kind=kind,
            user=self.user,
            channel=here,
            data=data,
            locale=locale,
            message=message,
            opened_by=opened_by,
        )
        return ask(self.state, what)


def _is_called(button: Mapping[str, Any], label: str | None) -> bool:
    """Whether people call a button so: "Again" is "Again · 27 credits", too."""
    name = str(button.get("label") or button.get("emoji", {}).get("name", ""))
    return bool(label) and label in (name, name.partition(" · ")[0])
