"""Opens forms again with the text that was refused, which the pressed message holds."""

import discord
from discord.ext import commands

from bot.client import VideoBot
from bot.ui.asking import asker_of
from bot.ui.drafts import NOTHING, read_draft, read_outline
from bot.ui.form_again import KEPT, TEXTS, Kept, read_again
from bot.ui.items import Verb
from bot.ui.kept_text import read_kept
from bot.ui.modals import NEGATIVE, texts_of, video_form
from bot.ui.whole_form import open_form, with_options

Interaction = discord.Interaction[VideoBot]


class Reopened(commands.Cog):
    """Forms about videos; those of storyboards are in their own cog."""

    def __init__(self, bot: VideoBot) -> None:
        self._front = bot.front
        self._videos = bot.front.services.videos
        bot.front.router.register(
            buttons={Verb.REWRITE: self.rewrite, Verb.FORM_AGAIN: self.open_again}
        )

    async def rewrite(self, interaction: Interaction, subject: str) -> None:
        """Reopen the form of a refused text."""
        verb, _, about = subject.partition(":")
        opens = {
            Verb.EDIT: self._edit,
            Verb.SHOTS: self._shots,
            Verb.FROM_MESSAGE: self._new,
        }
        await opens[Verb(verb)](interaction, about)

    async def open_again(self, interaction: Interaction, subject: str) -> None:
        """Press the button of the refused form again, with what it had."""
        verb, about, choices = read_again(subject)
        texts = await read_kept(interaction, TEXTS[verb])
        interaction.extras[KEPT] = Kept(texts=texts, choices=choices)
        await self._front.router.buttons[verb](interaction, about)

    async def _edit(self, interaction: Interaction, subject: str) -> None:
        task_id, _, kept = subject.partition(".")
        chosen = read_outline(kept or NOTHING)
        spec = with_options((await self._videos.card(task_id)).request.spec, chosen)
        texts, is_open = await read_kept(interaction, texts_of(spec)), chosen.duration is None
        services = self._front.services
        await open_form(interaction, services, Verb.EDIT, task_id, spec, texts, is_open=is_open)

    async def _shots(self, interaction: Interaction, drafted: str) -> None:
        texts = await read_kept(interaction, texts_of(read_draft(drafted)))
        form = video_form(Verb.SHOTS, drafted, texts, str(interaction.locale))
        await interaction.response.send_modal(form)

    async def _new(self, interaction: Interaction, outlined: str) -> None:
        server_id = await self._front.orders.check(interaction)
        options, asker = read_outline(outlined), asker_of(interaction)
        spec = await self._videos.completed(server_id, asker, options)
        texts = await read_kept(interaction, texts_of(spec))
        # A command without one means the server's own.
        texts[NEGATIVE] = texts[NEGATIVE] or spec.negative_prompt
        services, is_open = self._front.services, options.duration is None
        verb = Verb.FROM_MESSAGE
        await open_form(interaction, services, verb, outlined, spec, texts, is_open=is_open)


async def setup(bot: VideoBot) -> None:
    await bot.add_cog(Reopened(bot))
