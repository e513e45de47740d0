"""Whatever opens in the conversation can be read and reached completely."""

import pytest
from playwright.async_api import Page, expect

from bot.playground.guild import LocalDiscord

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (360, 640)])
async def test_the_list_of_the_newest_message_is_seen_in_full(
    page: Page, discord: LocalDiscord, width: int, height: int
) -> None:
    await page.set_viewport_size({"width": width, "height": height})
    for number in range(20):
        discord.actor("leo").say("films", f"line {number}")
    await page.locator("button.command").click()
    await page.locator("#line").fill("/look")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    await page.get_by_text("Choose a look").click()
    await expect(page.locator("[data-open] .list")).to_be_in_viewport(ratio=0.99)
