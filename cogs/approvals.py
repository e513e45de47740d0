"""The buttons in the moderators' channel, and Report under every video.

A card shows a decision at once; its row stores it, so every process draws the same card."""

import discord
from discord.ext import commands

from bot.client import VideoBot
from bot.errors import Refusal
from bot.ui import cards
from bot.ui.answer import line, tell
from bot.ui.cards.moderation import read_cheaper
from bot.ui.form_again import open_form
from bot.ui.forms import sent_fields
from bot.ui.items import Verb, write_only
from bot.ui.moderators import check_moderators_read
from bot.ui.texts import say
from bot.video.values.cards import Card

Interaction = discord.Interaction[VideoBot]


class Approvals(commands.Cog):
    """Approve or deny held videos; keep or remove reported ones."""

    def __init__(self, bot: VideoBot) -> None:
        front = self._front = bot.front
        self._videos = front.services.videos
        self._settings = front.services.settings
        self._moderation = front.services.moderation
        front.router.register(
            buttons={
                Verb.APPROVE: self.approve,
                Verb.CHEAPER: self.offer_cheaper,
                Verb.CHEAPER_AS: self.approve_cheaper,
                Verb.DENY: self.ask_why,
                Verb.TRUST: self.trust,
                Verb.DISTRUST: self.distrust,
                Verb.REPORT: self.ask_what,
                Verb.DISMISS: self.dismiss,
            },
            forms={Verb.DENY: self.deny, Verb.REPORT: self.report},
        )

    async def approve(self, interaction: Interaction, task_id: str) -> None:
        where, is_administrator = await self._may(interaction), _is_administrator(interaction)
        await self._moderation.approve(where, task_id, is_administrator=is_administrator)
        await self._redraw(interaction, task_id)

    async def trust(self, interaction: Interaction, task_id: str) -> None:
        """Approve this video, and from now on all of its requester's."""
        where, is_administrator = await self._may(interaction), _is_administrator(interaction)
        user_id = await self._settings.trust(where, task_id, is_administrator=is_administrator)
        await self._redraw(interaction, task_id)
        await tell(interaction, view=cards.trusted(user_id, str(interaction.locale)))

    async def distrust(self, interaction: Interaction, user_id: str) -> None:
        """Somebody's videos need approval again."""
        await self._settings.distrust(await self._may(interaction), int(user_id))
        view = line(say("approval.distrusted", str(interaction.locale), who=int(user_id)))
        await interaction.response.edit_message(view=write_only(view))

    async def offer_cheaper(self, interaction: Interaction, task_id: str) -> None:
        """Offer the cheaper versions, in private."""
        where = await self._may(interaction)
        card = await self._here(interaction, task_id)
        view = cards.cheaper_choice(
            card,
            self._videos.prices.price,
            above=(await self._settings.of(where[0])).approval.above,
            locale=str(interaction.locale),
            per_usd=self._front.services.per_usd,
        )
        await tell(interaction, view=view)

    async def approve_cheaper(self, interaction: Interaction, subject: str) -> None:
        where = await self._may(interaction)
        card = await self._here(interaction, subject.partition(".")[0])
        task_id, spec = read_cheaper(subject, card.request.spec)
        if spec is None:
            raise Refusal("not_cheaper")
        price = self._videos.prices.price(spec)
        await self._moderation.approve_cheaper(
            where,
            task_id,
            spec,
            price=price,
            is_administrator=_is_administrator(interaction),
        )
        done = line(say("approval.cheaper_done", str(interaction.locale)))
        await interaction.response.edit_message(view=write_only(done))

    async def ask_why(self, interaction: Interaction, task_id: str) -> None:
        """Open the form for the reason, which the requester will read."""
        await self._may(interaction)
        await open_form(interaction, cards.deny_form(task_id, str(interaction.locale)))

    async def deny(self, interaction: Interaction, task_id: str) -> None:
        """Deny, with the reason from the form."""
        reason = sent_fields(interaction).get("reason", "").strip()
        await self._moderation.deny(await self._may(interaction), task_id, reason)
        await self._redraw(interaction, task_id)

    async def ask_what(self, interaction: Interaction, task_id: str) -> None:
        """Open the form for a report; anyone who sees a video may report it. Raises `Refusal` if
        nobody would read it."""
        card = await self._videos.card(task_id)
        if (await self._settings.of(card.request.server_id)).moderators_channel is None:
            raise Refusal("no_reports_here")
        await check_moderators_read(interaction, self._front.services)
        await open_form(interaction, cards.report_form(task_id, str(interaction.locale)))

    async def report(self, interaction: Interaction, task_id: str) -> None:
        """Report, with the text from the form."""
        await check_moderators_read(interaction, self._front.services)
        card = await self._videos.card(task_id)
        await self._moderation.report(
            card.request.server_id,
            task_id,
            by=interaction.user.id,
            reason=sent_fields(interaction).get("reason", "").strip(),
        )
        await tell(interaction, say("report.done", str(interaction.locale)))

    async def dismiss(self, interaction: Interaction, task_id: str) -> None:
        await self._moderation.dismiss(await self._may(interaction), task_id)
        await self._redraw(interaction, task_id, is_report=True)

    async def _redraw(
        self, interaction: Interaction, task_id: str, *, is_report: bool = False
    ) -> None:
        """Answer the press with the card as it is now."""
        read = self._moderation.report_card if is_report else self._moderation.approval_card
        post = await read(task_id)
        message = interaction.message
        is_elsewhere = post is None or post.message_id not in (None, message and message.id)
        if post is None or message is None or is_elsewhere:
            await tell(interaction, say("approval.done", str(interaction.locale)))
            return
        locale = str(interaction.guild_locale or interaction.locale)
        card = await self._videos.card(task_id)
        services = self._front.services
        now = services.clock.now()
        view = cards.drawn(post, card, locale=locale, now=now, per_usd=services.per_usd)
        await interaction.response.edit_message(view=write_only(view))
        await self._moderation.shown(post)

    async def _here(self, interaction: Interaction, task_id: str) -> Card:
        """A video of this server; a forged press may name any."""
        card = await self._videos.card(task_id)
        if interaction.guild_id != card.request.server_id:
            raise Refusal("unknown_film", id=task_id)
        return card

    async def _may(self, interaction: Interaction) -> tuple[int, int]:
        """The server and the moderator. Raises `Refusal` for people who may not use /moderate."""
        return await self._front.rights.check(interaction, "moderate"), interaction.user.id


def _is_administrator(interaction: Interaction) -> bool:
    return interaction.permissions.administrator


async def setup(bot: VideoBot) -> None:
    await bot.add_cog(Approvals(bot))
