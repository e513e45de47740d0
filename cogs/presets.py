"""`/preset`: options kept under a name, one's own and the server's."""

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
from bot.ui.choices import choices, described, model_choices, offers_model, suggested
from bot.ui.drafts import outline
from bot.ui.escape import escaped
from bot.ui.items import Verb
from bot.ui.kept_text import FILLED, give_back_typed, keep_text
from bot.ui.modals import texts_of
from bot.ui.texts import localised, say
from bot.video.doors.service import Where
from bot.video.values.catalogue import CHOICES, ShotType, durations, longest_prompt, offered
from bot.video.values.options import NOTHING_CHOSEN, Options
from bot.video.values.presets import NAME_LIMIT, Preset
from bot.video.values.specs import completed, read_options

Interaction = discord.Interaction[VideoBot]
LENGTHS = durations()
LEAST, MOST = LENGTHS[0], LENGTHS[-1]
LONGEST_PROMPT = longest_prompt()
OPTIONS = (
    "duration", "aspect_ratio", "sound", "quality", "negative_prompt", "shots", "watermark",
    "model",
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
        bot.front.router.register(kept_commands={"preset": self.keep})

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
            negative_prompt=negative_prompt,
            shots=shots,
            watermark=watermark,
            model=model,
        )
        where = _may(interaction, is_server=server)
        preset = await self._presets.save(
            where, str(name), options, is_server=server, is_locked=locked
        )
        await self._done(interaction, preset, "presets.saved")

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
            await give_back_typed(interaction, error)
            return
        options = interaction.extras.get(FILLED, NOTHING_CHOSEN)
        texts = texts_of(completed(replace(options, prompt=str(prompt))))
        await keep_text(interaction, error, Verb.FROM_MESSAGE, outline(options), texts)

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
