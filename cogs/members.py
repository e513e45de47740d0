"""What moderators do where they look: block from a member's card, remove a message's video."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import VideoBot
from bot.errors import Refusal
from bot.ui import cards
from bot.ui.answer import tell
from bot.ui.blocks import (
    block_form,
    check_blockable,
    read_block,
    server_name,
    tell_blocked,
)
from bot.ui.covering import redraw_films
from bot.ui.form_again import open_form
from bot.ui.items import Verb
from bot.ui.member_card import follow
from bot.ui.recognition import film_of
from bot.ui.texts import localised, say

Interaction = discord.Interaction[VideoBot]


class Members(commands.Cog):
    """Needs `/moderate`; checked at every press."""

    def __init__(self, bot: VideoBot) -> None:
        front = self._front = bot.front
        self._videos = front.services.videos
        self._moderation = front.services.moderation
        self._settings = front.services.settings
        front.router.register(
            buttons={
                Verb.BLOCK: self.ask_to_block,
                Verb.UNBLOCK: self.unblock,
                Verb.PURGE_BLOCK: self.ask_to_purge,
                Verb.COVER: self.cover,
                Verb.UNCOVER: self.uncover,
                Verb.TRUST_PERSON: self.trust,
                Verb.DISTRUST_PERSON: self.distrust,
            },
            forms={Verb.BLOCK: self.block, Verb.PURGE_BLOCK: self.purge},
        )
        menu = app_commands.ContextMenu(name=localised("menu.purge"), callback=self.purge_this)
        menu = app_commands.allowed_installs(guilds=True, users=False)(menu)
        menu = app_commands.default_permissions(moderate_members=True)(menu)
        bot.tree.add_command(app_commands.guild_only(menu))

    async def purge_this(self, interaction: Interaction, message: discord.Message) -> None:
        """Ask before removing the video of a message, with every copy."""
        server_id, _ = await self._may(interaction)
        task_id = film_of(message, interaction.client.user)
        if task_id is None:
            raise Refusal("no_video_there")
        removal = await self._moderation.removal(server_id, task_id)
        form = cards.purge_form(task_id, removal, str(interaction.locale))
        await open_form(interaction, form)

    async def ask_to_block(self, interaction: Interaction, person: str) -> None:
        """Open the form that asks for how long and why."""
        await self._may(interaction)
        check_blockable(interaction, int(person))
        form = block_form(Verb.BLOCK, person, str(interaction.locale))
        await open_form(interaction, form)

    async def block(self, interaction: Interaction, person: str) -> None:
        """Block as the form says."""
        where, user_id = await self._may(interaction), int(person)
        length, reason = read_block(interaction)
        check_blockable(interaction, user_id)
        placed = await self._moderation.block(
            where, user_id, length=length, reason=reason, server=server_name(interaction)
        )
        await follow(interaction, self._front.services, user_id)
        await tell_blocked(interaction, user_id, placed.until)

    async def unblock(self, interaction: Interaction, person: str) -> None:
        where = await self._may(interaction)
        await self._moderation.unblock(
            where,
            int(person),
            server=server_name(interaction),
            is_administrator=interaction.permissions.administrator,
        )
        await follow(interaction, self._front.services, int(person))
        await tell(interaction, say("moderate.unblocked", str(interaction.locale), who=int(person)))

    async def trust(self, interaction: Interaction, person: str) -> None:
        """From now on somebody's videos need no approval, unless a rule holds one."""
        where, user_id = await self._may(interaction), int(person)
        may_own = interaction.permissions.administrator
        await self._settings.trust_person(where, user_id, is_administrator=may_own)
        await follow(interaction, self._front.services, user_id)
        await tell(interaction, view=cards.trusted(user_id, str(interaction.locale)))

    async def distrust(self, interaction: Interaction, person: str) -> None:
        """Somebody's videos need approval again."""
        await self._settings.distrust(await self._may(interaction), int(person))
        await follow(interaction, self._front.services, int(person))
        told = say("approval.distrusted", str(interaction.locale), who=int(person))
        await tell(interaction, told)

    async def ask_to_purge(self, interaction: Interaction, task_id: str) -> None:
        """Open the form to remove a video and block its requester."""
        server_id, _ = await self._may(interaction)
        removal = await self._moderation.removal(server_id, task_id)
        check_blockable(interaction, removal.user_id)
        locale = str(interaction.locale)
        about = cards.purge_block_about(removal, locale)
        await open_form(interaction, block_form(Verb.PURGE_BLOCK, task_id, locale, about))

    async def purge(self, interaction: Interaction, task_id: str) -> None:
        """Remove the video everywhere and block its requester, in one step."""
        where = await self._may(interaction)
        length, reason = read_block(interaction)
        user_id = await self._moderation.requester(where[0], task_id)
        check_blockable(interaction, user_id)
        placed = await self._moderation.purge_and_block(
            where, task_id, length=length, reason=reason, server=server_name(interaction)
        )
        removed = say("purge.done", str(interaction.locale))
        await tell_blocked(interaction, user_id, placed.until, done=removed)

    async def cover(self, interaction: Interaction, task_id: str) -> None:
        """Hide a video behind a spoiler; pressing again repeats an edit that failed."""
        await self._moderation.cover(await self._may(interaction), task_id)
        await self._redraw(interaction, task_id, "cover.done")

    async def uncover(self, interaction: Interaction, task_id: str) -> None:
        """Show a video without its spoiler; pressing again repeats an edit that failed."""
        await self._moderation.uncover(await self._may(interaction), task_id)
        await self._redraw(interaction, task_id, "cover.undone")

    async def _redraw(self, interaction: Interaction, task_id: str, done: str) -> None:
        card = await self._videos.card(task_id)
        await redraw_films(interaction.client, card, self._front.services)
        await tell(interaction, say(done, str(interaction.locale)))

    async def _may(self, interaction: Interaction) -> tuple[int, int]:
        """The server and the moderator. Raises `Refusal` for anybody else."""
        return await self._front.rights.check(interaction, "moderate"), interaction.user.id


async def setup(bot: VideoBot) -> None:
    await bot.add_cog(Members(bot))
