"""What a person reads when something they did found no answer, for how long, and who else does."""

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page, expect

from bot.playground.guild import LocalDiscord

pytestmark = pytest.mark.asyncio(loop_scope="module")

Visit = Callable[[], Awaitable[Page]]

UNANSWERED = "The bot did not answer in time."


async def show_look(page: Page) -> None:
    await page.locator("button.command").click()
    await page.locator("#line").fill("/look")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    await expect(page.locator(".message")).to_contain_text("Which look?")


async def test_a_failure_is_read_only_by_the_person_it_happened_to(page: Page) -> None:
    await show_look(page)
    await page.get_by_role("button", name="Nothing happens").click()
    await expect(page.get_by_text(UNANSWERED)).to_be_visible()
    await page.get_by_role("radio", name="Leo").check(force=True)
    await expect(page.get_by_role("radio", name="Leo")).to_be_checked()
    await expect(page.locator(".message")).to_contain_text("Which look?")
    await expect(page.get_by_text(UNANSWERED)).to_have_count(0)


async def test_a_failure_that_comes_after_a_switch_is_read_by_nobody_else(
    page: Page, discord: LocalDiscord
) -> None:
    await show_look(page)
    async with page.expect_response("**/page/act/press"):
        await page.get_by_role("button", name="Nothing happens").click()
        await page.get_by_role("radio", name="Leo").check(force=True)
    discord.actor("leo").say("films", "later")
    await expect(page.get_by_text("later")).to_be_visible()
    await expect(page.get_by_text(UNANSWERED)).to_have_count(0)


async def test_a_failure_goes_when_the_bot_edits_its_message(page: Page, visit: Visit) -> None:
    await show_look(page)
    await page.get_by_role("button", name="Nothing happens").click()
    await expect(page.get_by_text(UNANSWERED)).to_be_visible()
    other = await visit()
    await other.get_by_text("Choose a look").click()
    await other.get_by_role("button", name="Wild").click()
    await expect(page.locator(".message")).to_contain_text("The look is Wild.")
    await expect(page.get_by_text(UNANSWERED)).to_have_count(0)
