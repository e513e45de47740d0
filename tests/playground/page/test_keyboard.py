"""What the keys do in the conversation."""

import pytest
from playwright.async_api import Page, expect

from bot.playground.guild import LocalDiscord

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_the_menu_of_a_message_answers_to_arrows_and_escape(
    page: Page, discord: LocalDiscord
) -> None:
    discord.actor("leo").say("films", "a lighthouse")
    more, again = page.get_by_label("More for this message"), page.get_by_text("Say it again")
    await more.focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("ArrowDown")
    await expect(again).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(again).to_be_hidden()
    await expect(more).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.locator(".message.ephemeral")).to_contain_text("Again: a lighthouse")
