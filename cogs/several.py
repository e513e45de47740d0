"""Approve or deny several held videos at once, from the queue."""

import re
from collections.abc import Awaitable, Callable, Sequence

import discord
from discord.ext import commands

from bot.client import VideoBot
from bot.errors import Refusal
from bot.ui import cards
from bot.ui.answer import tell
from bot.ui.forms import chosen, sent_fields
from bot.ui.items import MANY, Verb
from bot.ui.replies import explain
from bot.ui.texts import say
from bot.video.values.videos import ID_LENGTH

Interaction = discord.Interaction[VideoBot]


class Several(commands.Cog):
    """Each video is decided by itself: one that cannot be does not stop the others."""

    def __init__(self, bot: VideoBot) -> None:
        self._front = bot.front
        self._moderation = bot.front.services.moderation
        bot.front.router.register(
            buttons={Verb.APPROVE_MANY: self.approve, Verb.DENY_MANY: self.ask_why},
            forms={Verb.DENY_MANY: self.deny},
        )

    async def approve(self, interaction: Interaction, _: str) -> None:
        """Approve the chosen videos."""
        where, may_own = await self._may(interaction), interaction.permissions.administrator

        async def approve(task_id: str) -> None:
            await self._moderation.approve(where, task_id, is_administrator=may_own)

        await _each(interaction, _ids("".join(chosen(interaction))), approve, "several.approved")

    async def ask_why(self, interaction: Interaction, _: str) -> None:
        """Open the form for the reason, which all requesters will read."""
        await self._may(interaction)
        ids = "".join(_ids("".join(chosen(interaction))))
        await interaction.response.send_modal(cards.deny_many_form(ids, str(interaction.locale)))

    async def deny(self, interaction: Interaction, subject: str) -> None:
        """Deny the videos that the form is about."""
        where = await self._may(interaction)
        reason = sent_fields(interaction).get("reason", "").strip()

        async def deny(task_id: str) -> None:
            await self._moderation.deny(where, task_id, reason)

        await _each(interaction, _ids(subject), deny, "several.denied")

    async def _may(self, interaction: Interaction) -> tuple[int, int]:
        """The server and the moderator. Raises `Refusal` for people who may not use /moderate."""
        return await self._front.rights.check(interaction, "moderate"), interaction.user.id


def _ids(written: str) -> list[str]:
    """The videos' ids, which stand side by side. Raises `Refusal` for anything else."""
    if not re.fullmatch(f"(?:[a-z0-9]{{{ID_LENGTH}}}){{1,{MANY}}}", written):
        raise Refusal("unknown_choice", option="video")
    return [written[at : at + ID_LENGTH] for at in range(0, len(written), ID_LENGTH)]


async def _each(
    interaction: Interaction,
    ids: Sequence[str],
    decide: Callable[[str], Awaitable[None]],
    done: str,
) -> None:
    """Decide about each video, then say in private how many were, and why others were not."""
    locale, count, refused = str(interaction.locale), 0, []
    for task_id in dict.fromkeys(ids):
        try:
            await decide(task_id)
            count += 1
        except Refusal as refusal:
            refused.append(f"- `{task_id}`: {explain(refusal, locale)}")
    await tell(interaction, "\n".join([say(done, locale, count=count), *refused]))


async def setup(bot: VideoBot) -> None:
    await bot.add_cog(Several(bot))
