"""The buttons under a video and its reply; they work forever, whichever process drew them.

`bot.ui.access` has checked the person before: others see the cards, too."""

import discord
from discord.ext import commands

from bot.client import VideoBot
from bot.errors import Refusal
from bot.ui import cards
from bot.ui.answer import line, settle, tell
from bot.ui.drafts import outline
from bot.ui.film_message import check_reach
from bot.ui.forms import sent_fields, sent_texts
from bot.ui.items import Verb, write_only
from bot.ui.kept_text import keep_text
from bot.ui.modals import texts_of
from bot.ui.texts import say
from bot.ui.whole_form import kept_choices, open_form, written
from bot.video.values.cards import Card
from bot.video.values.options import Options

Interaction = discord.Interaction[VideoBot]


class Films(commands.Cog):
    """What people do with a video."""

    def __init__(self, bot: VideoBot) -> None:
        self._bot = bot
        front = self._front = bot.front
        self._videos = front.services.videos
        front.router.register(
            buttons={
                Verb.AGAIN: self.again,
                Verb.EDIT: self.edit,
                Verb.CANCEL: self.cancel,
                Verb.QUIET: self.quiet,
                Verb.NOTIFY: self.notify,
                Verb.WHY: self.why,
                Verb.MORE: self.more,
                Verb.DELETE: self.delete,
                Verb.DELETE_YES: self.delete_yes,
            },
            forms={Verb.EDIT: self.edited, Verb.DELETE_YES: self.delete_yes},
            kept={Verb.EDIT: self.keep},
        )

    async def again(self, interaction: Interaction, task_id: str) -> None:
        """Make the same video again; whoever presses pays."""
        card = await self._videos.card(task_id)
        options = Options.of(card.request.spec)
        await self._front.orders.take(interaction, options, parent_id=task_id)

    async def edit(self, interaction: Interaction, task_id: str) -> None:
        """Open the whole form, filled with the video."""
        card = await self._videos.card(task_id)
        await self._front.orders.check(interaction)
        spec = card.request.spec
        await open_form(interaction, self._front.services, Verb.EDIT, task_id, spec, texts_of(spec))

    async def edited(self, interaction: Interaction, task_id: str) -> None:
        """Order the edited video; a refusal keeps the text."""
        card = await self._videos.card(task_id)
        spec = written(card.request.spec, sent_fields(interaction))
        await self._front.orders.take(interaction, Options.of(spec), parent_id=task_id)

    async def keep(self, interaction: Interaction, error: Exception, task_id: str) -> None:
        """Keep the texts and options of a refused form."""
        subject = f"{task_id}.{outline(kept_choices(sent_fields(interaction)))}"
        await keep_text(interaction, error, Verb.EDIT, subject, sent_texts(interaction))

    async def cancel(self, interaction: Interaction, task_id: str) -> None:
        """Cancel; free while nothing is submitted."""
        before = await self._videos.card(task_id)
        manages = await self._front.access.manages(interaction, before)
        card = await self._videos.cancel(task_id, by=interaction.user.id, may_moderate=manages)
        await self._redraw(interaction, card)

    async def quiet(self, interaction: Interaction, task_id: str) -> None:
        """Don't ping the requester."""
        await self._mute(interaction, task_id, muted=True)

    async def notify(self, interaction: Interaction, task_id: str) -> None:
        """Ping the requester after all."""
        await self._mute(interaction, task_id, muted=False)

    async def _mute(self, interaction: Interaction, task_id: str, *, muted: bool) -> None:
        card = await self._videos.mute(task_id, by=interaction.user.id, muted=muted)
        await self._redraw(interaction, card)

    async def _redraw(self, interaction: Interaction, card: Card) -> None:
        """Answer the press with the reply as it is now."""
        services = self._front.services
        view = cards.reply(card, now=services.clock.now(), per_usd=services.per_usd)
        await interaction.response.edit_message(view=write_only(view))
        await self._videos.shown(card)

    async def why(self, interaction: Interaction, task_id: str) -> None:
        """Tell the requester why the video failed, in private."""
        card = await self._videos.card(task_id)
        if interaction.user.id != card.request.user_id:
            raise Refusal("not_yours")
        view = cards.why(
            card,
            locale=str(interaction.locale),
            per_usd=self._front.services.per_usd,
            in_dm=interaction.guild_id is None,
        )
        await tell(interaction, view=view)

    async def more(self, interaction: Interaction, task_id: str) -> None:
        """Offer in private what else one can do with the video."""
        card = await self._videos.card(task_id)
        is_theirs = interaction.user.id == card.request.user_id
        may_delete = is_theirs or await self._front.access.manages(interaction, card)
        view = cards.more(
            card,
            str(interaction.locale),
            may_delete=may_delete,
            may_report=not is_theirs,
            may_showcase=await self._may_showcase(interaction, card, may_moderate=may_delete),
        )
        await tell(interaction, view=view)

    async def _may_showcase(
        self, interaction: Interaction, card: Card, *, may_moderate: bool
    ) -> bool:
        """Whether the server has a showcase to which the person may send the video."""
        server_id, showcase = interaction.guild_id, self._front.services.showcase
        if server_id is None or not card.is_posted or await showcase.channel(server_id) is None:
            return False
        by = interaction.user.id
        return await showcase.may_send(card.task.id, by=by, may_moderate=may_moderate)

    async def delete(self, interaction: Interaction, task_id: str) -> None:
        """Ask before deleting."""
        card, _ = await self._deletable(interaction, task_id)
        locale, per_usd = str(interaction.locale), self._front.services.per_usd
        await interaction.response.send_modal(cards.delete_form(card, locale, per_usd=per_usd))

    async def delete_yes(self, interaction: Interaction, task_id: str) -> None:
        """Delete the message, wherever it is; then the reply says so."""
        card, manages = await self._deletable(interaction, task_id)
        await check_reach(self._bot, card.film)
        await self._videos.delete(task_id, by=interaction.user.id, may_moderate=manages)
        await settle(interaction, line(say("reply.deleted", str(interaction.locale))))

    async def _deletable(self, interaction: Interaction, task_id: str) -> tuple[Card, bool]:
        """The video, and whether the person may delete others' there."""
        card = await self._videos.card(task_id)
        manages = await self._front.access.manages(interaction, card)
        if interaction.user.id != card.request.user_id and not manages:
            raise Refusal("not_yours")
        return card, manages


async def setup(bot: VideoBot) -> None:
    await bot.add_cog(Films(bot))
