"""`/settings`: what a server decides for itself, in one private panel with Undo."""

from typing import Any

import discord
from discord import app_commands, ui
from discord.app_commands import Choice
from discord.ext import commands

from bot.client import VideoBot
from bot.errors import Refusal
from bot.ui import cards, panel
from bot.ui.answer import tell
from bot.ui.forms import chosen, sent_fields
from bot.ui.front_page import front_page, warnings
from bot.ui.items import Verb, write_only
from bot.ui.panel import Kind, Page, Setting
from bot.ui.permissions import check_may_call, check_may_post
from bot.ui.setup_plans import show_file
from bot.ui.texts import localised
from bot.video.doors import settings as changes
from bot.video.values.moderation import AuditEntry
from bot.video.values.settings import SettingsDocument

Interaction = discord.Interaction[VideoBot]
COMMAND = "settings"
BUDGET = "budget"  # the setting's path
PAGES = [Choice(name=localised(f"settings.page.{each}"), value=each) for each in Page]
ENTRIES = 6  # of the audit, per page


class Settings(commands.Cog):
    """Needs Manage Server, or the server's own permission; checked at every press."""

    def __init__(self, bot: VideoBot) -> None:
        self._bot = bot
        front = self._front = bot.front
        self._rights = front.rights
        self._settings = front.services.settings
        self._videos = front.services.videos
        self._per_usd = front.services.per_usd
        self._money = front.services.money
        front.router.register(
            buttons={Verb.SETTINGS: self.turn, Verb.SET: self.set, Verb.UNDO_SET: self.undo},
            forms={Verb.SET: self.written},
        )

    @app_commands.command(name=COMMAND, description=localised("command.settings"))
    @app_commands.describe(
        page=localised("option.settings.page"), file=localised("option.settings.file")
    )
    @app_commands.choices(page=PAGES)
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    @app_commands.allowed_installs(guilds=True, users=False)
    async def settings(
        self,
        interaction: Interaction,
        page: str = Page.OVERVIEW,
        file: discord.Attachment | None = None,
    ) -> None:
        server_id, _ = await self._may(interaction)
        if file is not None:
            await show_file(interaction, self._front, file)
            return
        view = await self._page(server_id, page, str(interaction.locale))
        await tell(interaction, view=view)

    async def turn(self, interaction: Interaction, page: str) -> None:
        """Turn to another page, in place: by its name, or chosen from the list."""
        server_id, _ = await self._may(interaction)
        picked = chosen(interaction)
        if page == "go" and picked:
            page = picked[0]
        elif page == "channel" and picked:
            page = f"channel-{picked[0]}"
        view = await self._page(server_id, page, str(interaction.locale))
        await interaction.response.edit_message(view=write_only(view), attachments=[])

    async def set(self, interaction: Interaction, path: str) -> None:
        """Save a choice, or open the form of a typed setting."""
        server_id, _ = await self._may(interaction)
        setting = panel.find(path)
        if setting.kind in (Kind.NUMBER, Kind.TEXT):
            stored = await self._document(server_id)
            locale = str(interaction.locale)
            about = await self._about(server_id, path, locale)
            form = cards.setting_form(path, stored.at(path), locale, about=about)
            await interaction.response.send_modal(form)
            return
        await self._change(interaction, setting, panel.read(setting, chosen(interaction)))

    async def _about(self, server_id: int, path: str, locale: str) -> list[str]:
        """Lines that help to fill in a form."""
        if path != BUDGET:
            return []
        money = self._money
        purses = await money.purses(server_id)
        return cards.budget_help(purses, money.ordinary, money.dearest, locale, self._per_usd)

    async def written(self, interaction: Interaction, path: str) -> None:
        """Save the form's entry."""
        setting = panel.find(path)
        value = panel.read(setting, [sent_fields(interaction).get("value", "")])
        await self._change(interaction, setting, value)

    async def undo(self, interaction: Interaction, entry_id: str) -> None:
        """Undo a change, unless it changed again since."""
        where = await self._may(interaction)
        entry = await self._settings.undo(where, entry_id)
        if _is_audit(interaction.message):
            view = await self._audit(where[0], 0, str(interaction.locale))
            await interaction.response.edit_message(view=write_only(view))
            return
        await self._show(interaction, changes.path_of(entry), entry)

    async def _change(self, interaction: Interaction, setting: Setting, value: Any) -> None:
        where = await self._may(interaction)
        if setting.kind is Kind.CHANNEL and value is not None:
            check_may_post(interaction, value)
        if setting.kind is Kind.ROLE and value is not None:
            stored = await self._settings.of(where[0])
            check_may_call(interaction, value, stored.moderators_channel)
        entry = await self._settings.change(where, setting.path, value)
        await self._show(interaction, setting.path, entry)

    async def _may(self, interaction: Interaction) -> tuple[int, int]:
        """The server and the person who decides. Raises `Refusal` for anybody else."""
        return await self._rights.check(interaction, COMMAND), interaction.user.id

    async def _show(self, interaction: Interaction, path: str, entry: AuditEntry | None) -> None:
        """Show a setting's page; after a change, with Undo."""
        server_id, locale = interaction.guild_id or 0, str(interaction.locale)
        view = await self._page(server_id, panel.home(path), locale, changed=entry)
        await interaction.response.edit_message(view=write_only(view))

    async def _page(
        self, server_id: int, name: str, locale: str, *, changed: AuditEntry | None = None
    ) -> ui.LayoutView:
        """The page with a name such as `places`, `channel-<id>` or `audit-<number>`."""
        page, _, number = name.partition("-")
        if page == Page.AUDIT:
            return await self._audit(server_id, int(number or 0), locale)
        if page == Page.OVERVIEW:
            guild = self._bot.get_guild(server_id)
            return await front_page(self._front.services, server_id, locale, guild=guild)
        stored = await self._document(server_id)
        if page == "channel":
            return cards.channel_page(int(number), stored, locale=locale, changed=changed)
        if page not in list(Page):
            raise Refusal("unknown_choice", option="settings")
        notes = warnings(self._bot.get_guild(server_id), stored, locale)
        if page == Page.MONEY:
            purses = await self._money.purses(server_id)
            notes[BUDGET] = cards.budget_line(purses, locale, self._per_usd)
        return cards.settings_page(Page(page), stored, locale=locale, changed=changed, notes=notes)

    async def _audit(self, server_id: int, page: int, locale: str) -> ui.LayoutView:
        found = await self._settings.audit(server_id, limit=ENTRIES + 1, offset=page * ENTRIES)
        has_more = len(found) > ENTRIES
        return cards.audit_page(found[:ENTRIES], locale=locale, page=page, has_more=has_more)

    async def _document(self, server_id: int) -> SettingsDocument:
        return await self._settings.document(server_id)


def _is_audit(message: discord.Message | None) -> bool:
    """Whether the panel shows the audit: that page is the chosen one in its menu."""
    panels = [] if message is None else message.components
    rows = [each for found in panels for each in getattr(found, "children", ())]
    menus = [each for found in rows for each in getattr(found, "children", ())]
    return any(
        option.default and option.value == Page.AUDIT
        for menu in menus
        for option in getattr(menu, "options", ())
    )


async def setup(bot: VideoBot) -> None:
    await bot.add_cog(Settings(bot))
