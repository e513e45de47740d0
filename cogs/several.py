"""Approve or deny several held videos at once, from the queue."""

import re
from collections.abc import Awaitable, Callable, Sequence

import discord
from discord.ext import commands

from bot.client import VideoBot
from bot.errors import Refusal
from bot.ui import cards
from bot.ui.answer import tell, with_patience
from bot.ui.cards.parts import words
from bot.ui.cards.queue import VIDEOS
from bot.ui.form_again import open_form
from bot.ui.forms import Field, chosen, sent_choices, sent_fields
from bot.ui.items import MANY, Verb
from bot.ui.member_names import MemberNames
from bot.ui.replies import explain
from bot.ui.texts import say
from bot.video.doors.service import Where
from bot.video.moderation.queue import MOST_HELD
from bot.video.values.videos import ID_LENGTH

Interaction = discord.Interaction[VideoBot]
Decide = Callable[[str], Awaitable[None]]
SHOWN = 60  # characters of a prompt


class Several(commands.Cog):
    """Each video is decided by itself: one that cannot be does not stop the others."""

    def __init__(self, bot: VideoBot) -> None:
        services = bot.front.services
        self._rights = bot.front.rights
        self._moderation = services.moderation
        self._queue = services.queue
        self._videos = services.videos
        self._per_usd = services.per_usd
        bot.front.router.register(
            buttons={Verb.APPROVE_MANY: self.ask_to_approve, Verb.DENY_MANY: self.ask_to_deny},
            forms={Verb.APPROVE_MANY: self.approve, Verb.DENY_MANY: self.deny},
        )

    async def ask_to_approve(self, interaction: Interaction, _: str) -> None:
        """Open the form to choose those to approve."""
        await self._ask(interaction, Verb.APPROVE_MANY)

    async def ask_to_deny(self, interaction: Interaction, _: str) -> None:
        """Open the form to choose those to deny, with the reason all requesters will read."""
        reason = cards.reason_for_all(str(interaction.locale))
        await self._ask(interaction, Verb.DENY_MANY, reason)

    async def approve(self, interaction: Interaction, _: str) -> None:
        """Approve the chosen videos."""
        where, may_own = await self._may(interaction), interaction.permissions.administrator

        async def approve(task_id: str) -> None:
            await self._moderation.approve(where, task_id, is_administrator=may_own)

        await self._each(interaction, where, _chosen(interaction, ""), approve, "several.approved")

    async def deny(self, interaction: Interaction, subject: str) -> None:
        """Deny the chosen videos."""
        where = await self._may(interaction)
        reason = sent_fields(interaction).get("reason", "").strip()

        async def deny(task_id: str) -> None:
            await self._moderation.deny(where, task_id, reason)

        await self._each(interaction, where, _chosen(interaction, subject), deny, "several.denied")

    async def _ask(self, interaction: Interaction, verb: Verb, *fields: Field) -> None:
        """Open a form with what is held now; an older queue's menu already chose among it."""
        server_id, _ = await self._may(interaction)
        held, among = await self._queue.held(server_id), chosen(interaction)
        offered = [each for each in held if not among or each.task_id in among]
        if not offered:
            raise Refusal("nothing_held")
        names, locale = MemberNames(interaction.guild), str(interaction.locale)
        await names.learn(each.user_id for each in offered)
        form = cards.several_form(verb, offered, locale, self._per_usd, *fields, names=names)
        await open_form(interaction, form)

    async def _each(
        self, interaction: Interaction, where: Where, ids: Sequence[str], decide: Decide, done: str
    ) -> None:
        """Decide about each video, then say in private how many were, and why others were not."""
        locale = str(interaction.locale)

        async def decide_all() -> tuple[int, list[str]]:
            refused = []
            for task_id in ids:
                try:
                    await decide(task_id)
                except Refusal as refusal:
                    name = await self._name(where[0], task_id)
                    refused.append(f"- {name}: {explain(refusal, locale)}")
            return len(ids) - len(refused), refused

        count, refused = await with_patience(interaction, decide_all())
        await tell(interaction, "\n".join([say(done, locale, count=count), *refused]))

    async def _name(self, server_id: int, task_id: str) -> str:
        """A video's prompt; "…" for one of another server, which a forged form may name."""
        try:
            request = (await self._videos.card(task_id)).request
        except Refusal:
            return "…"
        return f"“{words(request.spec, SHOWN)}”" if request.server_id == server_id else "…"

    async def _may(self, interaction: Interaction) -> tuple[int, int]:
        """The server and the moderator. Raises `Refusal` for people who may not use /moderate."""
        return await self._rights.check(interaction, "moderate"), interaction.user.id


def _chosen(interaction: Interaction, subject: str) -> list[str]:
    """The videos that the form chose; those in its `subject` if an older version drew it. Raises
    `Refusal` for anything else."""
    ids = sent_choices(interaction, VIDEOS)
    if re.fullmatch(f"(?:[a-z0-9]{{{ID_LENGTH}}}){{1,{MANY}}}", subject):
        ids = [subject[at : at + ID_LENGTH] for at in range(0, len(subject), ID_LENGTH)]
    if not 1 <= len(ids) <= MOST_HELD:
        raise Refusal("unknown_choice", option="video")
    return list(dict.fromkeys(ids))


async def setup(bot: VideoBot) -> None:
    await bot.add_cog(Several(bot))
