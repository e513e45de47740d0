"""A person at a Discord client: uses commands, presses, chooses, fills forms, reads, writes.

Like Discord's client, it refuses invalid input; `forced=True` acts as a forged client."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from bot.playground.guild import reactions, threads
from bot.playground.guild.asking import Ask, Sent, ask
from bot.playground.guild.commands import MESSAGE, USER
from bot.playground.guild.errors import Refused
from bot.playground.guild.interactions import InteractionKind, Modal
from bot.playground.guild.messages import Message
from bot.playground.guild.permissions import Permission, effective, writing_bit
from bot.playground.guild.resolving import CHOSEN, File, resolved, resolved_form, upload
from bot.playground.guild.rules import options
from bot.playground.guild.rules.forms import check_listed, filled
from bot.playground.guild.rules.messages import MOST_CONTENT
from bot.playground.guild.rules.options import NotPossible
from bot.playground.guild.state import State
from bot.playground.guild.world import WORDLESS, Channel, ChannelKind, Guild, User
from bot.playground.guild.writing import MENTION, named_roles, reopen

BUTTON, LINK = 2, 5


class Actor:
    """What one person can do and see. Acts return at once; `Sent.responded` waits."""

    def __init__(self, state: State, user: User) -> None:
        self.state = state
        self.user = user

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
        """Press a button, found by id or label. `forced` may send a custom_id that is not there."""
        if forced and custom_id is not None:
            data = {"component_type": 2, "custom_id": custom_id}
            here = self.state.world.channels[message.channel_id]
            return self._ask(InteractionKind.COMPONENT, here, data, locale, message)
        now = self._current(message)
        for one in now.parts():
            is_meant = custom_id is not None and one.get("custom_id") == custom_id
            if one["type"] == BUTTON and (is_meant or one is now.buttons.get(label or "")):
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

    def say(self, channel: str | int, text: str, files: Sequence[File] = ()) -> Message:
        """Write an ordinary message. Raises `NotPossible`."""
        here = self._place(channel)
        self._check_message(here, text, files)
        reopen(self.state, here)
        id = self.state.next_id()
        kept = [upload(self.state, here, file) for file in files]
        named = {int(found) for found in MENTION.findall(text)}
        message = Message(
            id=id,
            channel_id=here.id,
            author_id=self.user.id,
            at=self.state.clock.now(),
            content=text,
            attachments=tuple(kept),
            pinged=frozenset(named & set(self.state.world.users)),
            roles=named_roles(self.state, self.user.id, here, text),
        )
        threads.join_by_message(self.state, message)
        return self.state.write(message)

    def start_thread(
        self,
        channel: str | int,
        name: str,
        *,
        private: bool = False,
        invitable: bool = True,
        message: Message | None = None,
    ) -> Channel:
        """Start a thread, from a message if one is given. Raises `NotPossible`."""
        here = self._place(channel)
        kinds = threads.KINDS.get(here.kind, ())
        kind = ChannelKind.PRIVATE_THREAD if private else next(iter(kinds), here.kind)
        what = threads.Start(name=name, kind=kind, invitable=invitable, message=message)
        with self._let("start a thread", here):
            return threads.start(self.state, self.user.id, here, what)

    def post(self, forum: str | int, name: str, text: str) -> Channel:
        """Create a forum post with its first message. Raises `NotPossible`."""
        made = self.start_thread(forum, name)
        self.say(made.id, text)
        return made

    def bring(self, thread: str | int, person: str | int) -> Channel:
        """Add someone, maybe the bot, to a thread. Raises `NotPossible`."""
        here, guest = self._place(thread), self.state.world.user(person)
        with self._let(f"bring {guest.name}", here):
            threads.check_invite(self.state, self.user.id, here, guest.id)
        return threads.change_members(self.state, here, added=[guest.id])

    def leave_thread(self, thread: str | int) -> Channel:
        """Leave a thread."""
        here = self._place(thread)
        return threads.change_members(self.state, here, removed=[self.user.id])

    def forward(self, channel: str | int, message: Message) -> Message:
        """Forward a message as it is now. Raises `NotPossible`."""
        here = self._place(channel)
        now = self._current(message)
        self._check_message(here, "passed on", ())
        reopen(self.state, here)
        return self.state.write(
            Message(
                id=self.state.next_id(),
                channel_id=here.id,
                author_id=self.user.id,
                at=self.state.clock.now(),
                forwarded=now,
            )
        )

    def delete(self, message: Message) -> None:
        """Delete one's own message, or as a moderator anyone's; dismiss an ephemeral one."""
        now = self._current(message)
        here = self.state.world.channels[now.channel_id]
        mine = self.user.id in (now.author_id, now.only_for)
        if not mine and not self.state.may(self.user.id, here, Permission.MANAGE_MESSAGES):
            raise NotPossible("only moderators delete what others wrote")
        self.state.erase(now)

    def react(self, message: Message, emoji: str) -> None:
        """Add a reaction to a message. Raises `NotPossible`."""
        now = self._current(message)
        with self._let("react", self.state.world.channels[now.channel_id]):
            reactions.add(self.state, self.user.id, now, emoji)

    def unreact(self, message: Message, emoji: str) -> None:
        """Remove one's own reaction."""
        reactions.take(self.state, self.user.id, self._current(message), emoji)

    def messages(self, channel: str | int) -> list[Message]:
        """What this person sees in a channel, with ephemeral replies, newest last."""
        here = self.state.world.channel(channel)
        if not self.state.may(self.user.id, here, Permission.VIEW_CHANNEL):
            return []
        within = self.state.messages.within(here.id)
        return [one for one in within if one.only_for in (None, self.user.id)]

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

    def _place(self, channel: str | int) -> Channel:
        here = self.state.world.channel(channel)
        if not self.state.may(self.user.id, here, Permission.VIEW_CHANNEL):
            raise NotPossible(f"{self.user.name} does not see #{here.name}")
        return here

    @contextmanager
    def _let(self, act: str, here: Channel) -> Iterator[None]:
        try:
            yield
        except Refused as refusal:
            who = self.user.display_name
            raise NotPossible(f"{who} may not {act} in #{here.name}: {refusal}") from None

    def _check_message(self, here: Channel, text: str, files: Sequence[File]) -> None:
        if not self.state.may(self.user.id, here, writing_bit(here)):
            raise NotPossible(f"{self.user.display_name} may not write in #{here.name}")
        with self._let("write", here):
            threads.check_words(self.state, self.user.id, here)
        if files and not self.state.may(self.user.id, here, Permission.ATTACH_FILES):
            raise NotPossible(f"{self.user.display_name} may not attach files in #{here.name}")
        if len(text) > MOST_CONTENT:
            raise NotPossible(f"a message has at most {MOST_CONTENT} characters, not {len(text)}")
        if not text.strip() and not files:
            raise NotPossible("a message with nothing in it is not sent")

    def _current(self, message: Message) -> Message:
        now = self.state.messages.get(message.channel_id, message.id)
        if now is None or now not in self.messages(message.channel_id):
            raise NotPossible("this message is gone, or not for this person")
        return now

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
