"""Where the keyboard focus goes after a press, and what keys do in menus."""

import pytest
from playwright.async_api import Page, expect

from bot.playground.guild import LocalDiscord
from tests.playground.page.steps import show_look

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_after_a_pressed_button_is_gone_its_message_goes_on(page: Page) -> None:
    await show_look(page)
    await page.get_by_role("button", name="Enough").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Look again")).to_be_focused()


async def test_after_the_last_button_of_a_message_is_gone_one_writes(page: Page) -> None:
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Cancel").focus()
    await expect(page.locator(".message").first).to_contain_text("Ready")
    await expect(page.locator("#line")).to_be_focused()


async def test_after_a_choice_the_menu_has_the_keyboard_again(page: Page) -> None:
    await show_look(page)
    look = page.get_by_role("combobox", name="Choose a look")
    await look.focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.locator(".message")).to_contain_text("The look is Wild.")
    await expect(look).to_be_focused()


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
    await expect(more.first).to_be_focused()
