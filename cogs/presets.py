"""`/preset`: options kept under a name, one's own and the server's."""

from collections.abc import Mapping
from contextlib import suppress

import discord
from discord import app_commands
from discord.app_commands import Choice, Range
from discord.ext import commands
from msgspec.structs import replace

from bot.client import VideoBot
from bot.errors import Refusal
from bot.ui import cards
from bot.ui.answer import tell
from bot.ui.asking import asker_of
from bot.ui.choices import (
    choices,
    described,
    filled_in,
    model_choices,
    offers_model,
    suggested,
)
from bot.ui.drafts import outline
from bot.ui.escape import escaped
from bot.ui.forms import sent_fields
from bot.ui.items import Verb
from bot.ui.kept_text import FILLED, give_back_typed, keep_text, read_kept
from bot.ui.modals import texts_of
from bot.ui.preset_form import NAME, NEGATIVE, TEXTS, Saving, preset_form
from bot.ui.texts import localised, say
from bot.video.doors.service import Where
from bot.video.values.catalogue import CHOICES, ShotType, durations, longest_prompt, offered
from bot.video.values.options import NOTHING_CHOSEN, Options
from bot.video.values.presets import NAME_LIMIT, Preset
from bot.video.values.specs import completed, read_options
from bot.video.values.videos import MOST_TAKES

Interaction = discord.Interaction[VideoBot]
LENGTHS = durations()
LEAST, MOST = LENGTHS[0], LENGTHS[-1]
LONGEST_PROMPT = longest_prompt()
OPTIONS = (
    "duration", "aspect_ratio", "sound", "quality", "takes", "negative_prompt", "shots",
    "watermark", "model",
)  # fmt: skip
Name = Range[str, 1, NAME_LIMIT]


@app_commands.guild_only()
@app_commands.allowed_installs(guilds=True, users=False)
class Presets(
    commands.GroupCog, group_name="preset", group_description=localised("command.preset")
):
    """Everybody keeps their own; a server's need Moderate Members."""

    def __init__(self, bot: VideoBot) -> None:
        self._presets = bot.front.services.presets
        self._orders = bot.front.orders
        bot.front.router.register(
            buttons={Verb.PRESET_REWRITE: self.rewrite},
            forms={Verb.PRESET_SAVE: self.written},
            kept={Verb.PRESET_SAVE: self.keep_form},
            kept_commands={"preset": self.keep},
        )

    @app_commands.command(name="save", description=localised("command.preset.save"))
    @app_commands.describe(
        **described("preset.save", "name", "server", "locked"), **described("video", *OPTIONS)
    )
    @app_commands.choices(
        **{
            option: choices(
                option, [each for each in offered(option) if each is not ShotType.CUSTOMIZE]
            )
            for option in CHOICES
        },
        **model_choices(),
    )
    @offers_model
    async def save(
        self,
        interaction: Interaction,
        name: Name,
        duration: Range[int, LEAST, MOST] | None = None,
        aspect_ratio: str | None = None,
        sound: str | None = None,
        quality: str | None = None,
        takes: Range[int, 1, MOST_TAKES] | None = None,
        negative_prompt: Range[str, 1, LONGEST_PROMPT] | None = None,
        shots: str | None = None,
        watermark: bool | None = None,
        model: str | None = None,
        server: bool = False,
        locked: bool = False,
    ) -> None:
        options = read_options(
            duration=duration,
            aspect_ratio=aspect_ratio,
            sound=sound,
            quality=quality,
            takes=takes,
            negative_prompt=negative_prompt,
            shots=shots,
            watermark=watermark,
            model=model,
        )
        saving = Saving(options=options, is_server=server, is_locked=locked)
        if options == NOTHING_CHOSEN:
            await self._heard(_may(interaction, is_server=server))
            form = preset_form(saving, {NAME: str(name)}, str(interaction.locale))
            await interaction.response.send_modal(form)
        else:
            await self._save(interaction, str(name), saving)

    async def written(self, interaction: Interaction, subject: str) -> None:
        """Save what the form says."""
        await self._heard(_where(interaction))
        fields = sent_fields(interaction)
        await self._save(interaction, fields.get(NAME, ""), Saving.read(subject).sent(fields))

    async def keep_form(self, interaction: Interaction, error: Exception, subject: str) -> None:
        """Keep the texts and choices of a refused form."""
        fields = sent_fields(interaction)
        saving = Saving.read(subject)
        with suppress(Refusal):  # forged choices
            saving = saving.sent(fields)
        texts = {each: fields.get(each, "") for each in TEXTS}
        await self._keep(interaction, error, saving, texts)

    async def rewrite(self, interaction: Interaction, subject: str) -> None:
        """Open the form of a refused preset again."""
        await self._heard(_where(interaction))
        saving = Saving.read(subject.partition(":")[2])
        texts = await read_kept(interaction, TEXTS)
        form = preset_form(saving, texts, str(interaction.locale))
        await interaction.response.send_modal(form)

    async def _heard(self, where: Where) -> None:
        """Read something before answering: another process may act for this."""
        await self._presets.all(*where)

    async def _save(self, interaction: Interaction, name: str, saving: Saving) -> None:
        where = _may(interaction, is_server=saving.is_server)
        preset = await self._presets.save(
            where, name, saving.options, is_server=saving.is_server, is_locked=saving.is_locked
        )
        await self._done(interaction, preset, "presets.saved")

    async def _keep(
        self, interaction: Interaction, error: Exception, saving: Saving, texts: Mapping[str, str]
    ) -> None:
        verb, rewrite = Verb.PRESET_SAVE, Verb.PRESET_REWRITE
        await keep_text(interaction, error, verb, str(saving), texts, rewrite=rewrite)

    @app_commands.command(name="use", description=localised("command.preset.use"))
    @app_commands.describe(**described("preset.use", "name", "prompt"))
    async def use(
        self, interaction: Interaction, name: str, prompt: Range[str, 1, LONGEST_PROMPT]
    ) -> None:
        options = Options(prompt=str(prompt))
        options = await self._presets.fill(_where(interaction), name, options)
        interaction.extras[FILLED] = options  # a refusal gives them back
        await self._orders.take(interaction, options)

    async def keep(self, interaction: Interaction, error: Exception) -> None:
        """Keep the prompt of a refused command, with its preset, for the form of a new video."""
        prompt = interaction.namespace.prompt
        if prompt is None:
            await self._keep_save(interaction, error)
            return
        options = interaction.extras.get(FILLED, NOTHING_CHOSEN)
        texts = texts_of(completed(replace(options, prompt=str(prompt))))
        await keep_text(interaction, error, Verb.FROM_MESSAGE, outline(options), texts)

    async def _keep_save(self, interaction: Interaction, error: Exception) -> None:
        """Keep what was to be saved; the other commands have no texts."""
        if getattr(interaction.command, "name", "") != "save":
            await give_back_typed(interaction, error)
            return
        typed = interaction.namespace
        options = replace(
            filled_in(typed),
            duration=typed.duration if typed.duration in LENGTHS else None,
            watermark=typed.watermark if isinstance(typed.watermark, bool) else None,
        )
        saving = Saving(
            options=options, is_server=typed.server is True, is_locked=typed.locked is True
        )
        texts = {NAME: str(typed.name or ""), NEGATIVE: str(typed.negative_prompt or "")}
        await self._keep(interaction, error, saving, texts)

    @app_commands.command(name="list", description=localised("command.preset.list"))
    async def list_presets(self, interaction: Interaction) -> None:
        found = await self._presets.all(*_where(interaction))
        await tell(interaction, view=cards.preset_list(found, str(interaction.locale)))

    @app_commands.command(name="share", description=localised("command.preset.share"))
    @app_commands.describe(**described("preset.share", "name"))
    async def share(self, interaction: Interaction, name: str) -> None:
        preset = await self._presets.share(_may(interaction, is_server=True), name)
        await self._done(interaction, preset, "presets.shared")

    @app_commands.command(name="delete", description=localised("command.preset.delete"))
    @app_commands.describe(**described("preset.delete", "name", "server"))
    async def delete(self, interaction: Interaction, name: str, server: bool = False) -> None:
        where = _may(interaction, is_server=server)
        preset = await self._presets.delete(where, name, is_server=server)
        await self._done(interaction, preset, "presets.deleted")

    @use.autocomplete("name")
    async def names(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        """Suggest what the person may use here."""
        return suggested(await self._presets.all(*_where(interaction)), typed)

    @share.autocomplete("name")
    async def own_names(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        """Suggest the person's own."""
        found = await self._presets.all(*_where(interaction))
        return suggested([each for each in found if each.user_id], typed)

    @delete.autocomplete("name")
    async def owned_names(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        """Suggest the server's if `server` is chosen, else the person's own."""
        is_server = interaction.namespace.server is True
        found = await self._presets.all(*_where(interaction))
        return suggested([each for each in found if (not each.user_id) is is_server], typed)

    async def _done(self, interaction: Interaction, preset: Preset, key: str) -> None:
        locale = str(interaction.locale)
        whose = say(f"presets.{'own' if preset.user_id else 'server'}", locale)
        name = escaped(preset.name, NAME_LIMIT)
        await tell(interaction, say(key, locale, preset=name, whose=whose))


def _where(interaction: Interaction) -> Where:
    if interaction.guild_id is None:
        raise Refusal("guild_only")
    return interaction.guild_id, interaction.user.id


def _may(interaction: Interaction, *, is_server: bool) -> Where:
    """Raises `Refusal` if only moderators may do this."""
    if is_server and not asker_of(interaction).may_moderate:
        raise Refusal("preset_of_moderators")
    return _where(interaction)


async def setup(bot: VideoBot) -> None:
    await bot.add_cog(Presets(bot))
