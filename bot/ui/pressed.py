"""Takes a button away from the private message in which it was pressed, once it does nothing any
more. The message stays as it is otherwise."""

import contextlib
from typing import Any

import discord
from discord import ui

from bot.errors import Refusal
from bot.ui.items import CustomId, Verb, write_only
from bot.ui.rest import CUT

Interaction = discord.Interaction[Any]
# What can be pressed once, and the refusals after which it never works again.
ONCE = frozenset(
    {
        Verb.UNDO_SET,
        Verb.UNDO_SETUP,
        Verb.UNDO_LIMIT,
        Verb.UNDO_RULES,
        Verb.DISTRUST,
        Verb.RESUME,
    }
)
OVER = frozenset({"changed_since", "unknown_change", "grant_used"})


async def take_away_if_over(interaction: Interaction, error: Exception, pressed: CustomId) -> None:
    """After a refusal: take the button away if it would be refused for ever."""
    if isinstance(error, Refusal) and error.reason in OVER and pressed.verb in ONCE:
        await take_away(interaction)


async def take_away(interaction: Interaction) -> None:
    """Answer with the message without the button. Does nothing in public, or if Discord does not
    take it: the act itself is done, or refused."""
    pressed = interaction.message
    if pressed is None or not pressed.flags.ephemeral:
        return
    sent: Any = interaction.data or {}
    with contextlib.suppress(discord.HTTPException, *CUT):
        await interaction.response.defer()
        now = await interaction.original_response()  # after an earlier press it may look different
        view = ui.LayoutView.from_message(now, timeout=None)
        if _drop(view, sent["custom_id"]):
            await interaction.edit_original_response(view=write_only(view))


def _drop(parent: Any, custom_id: str) -> bool:
    """Remove a button at any depth, if it is there; a line that it stood beside stays."""
    is_found = False
    for item in list(parent.children):
        if isinstance(item, ui.Section):
            if getattr(item.accessory, "custom_id", None) == custom_id:
                _replace(parent, item)
                is_found = True
        elif isinstance(item, ui.ActionRow | ui.Container):
            is_found |= _drop(item, custom_id)
            if not item.children:
                parent.remove_item(item)
        elif getattr(item, "custom_id", None) == custom_id:
            parent.remove_item(item)
            is_found = True
        else:
            _resend(item)
    return is_found


def _resend(item: Any) -> None:
    """Put files and choices in the form in which Discord takes them; it shows them in another."""
    if isinstance(item, ui.File):
        item.media = f"attachment://{item.media.url.partition('?')[0].rpartition('/')[2]}"
    for each in getattr(item, "default_values", ()):
        each.id = str(each.id)


def _replace(parent: Any, section: ui.Section[Any]) -> None:
    """Put a section's text in its place."""
    after = list(parent.children)
    parent.clear_items()
    for item in after:
        for each in list(section.children) if item is section else [item]:
            parent.add_item(each)
