"""Steps shared by tests of several parts of the page."""

import json
from typing import Any

import aiohttp
from playwright.async_api import Page, expect

from bot.playground.guild import LocalDiscord


async def use(page: Page, command: str) -> None:
    """Leave the prefilled command and send another one, by keyboard."""
    if await page.locator("button.command").count():
        await page.locator("button.command").click()
    await page.locator("#line").fill(command)
    await page.keyboard.press("Enter")  # takes it from the list
    await page.keyboard.press("Enter")  # sends it


async def show_look(page: Page) -> None:
    """Have the bot show its card with every control."""
    await use(page, "/look")
    await expect(page.locator(".message")).to_contain_text("Which look?")


async def watch_card(page: Page) -> None:
    """Note each percentage that appears, with the focused text at that moment."""
    await page.evaluate(
        """() => {
          window.seen = [];
          new MutationObserver(() => {
            const percent = /\\d+ %/.exec(document.querySelector(".card")?.textContent)?.[0];
            if (percent) window.seen.push([percent, document.activeElement.textContent]);
          }).observe(document.body, { subtree: true, childList: true, characterData: true });
        }"""
    )


async def post(discord: LocalDiscord, body: dict[str, Any], *, edits: str = "") -> str:
    """Let the bot write a message in #films, or edit one; returns its id."""
    url = f"{discord.rest_url}/channels/{discord.world.channel('films').id}/messages"
    headers = {"Authorization": f"Bot {discord.token}", "Content-Type": "application/json"}
    method, url = ("PATCH", f"{url}/{edits}") if edits else ("POST", url)
    async with (
        aiohttp.ClientSession(headers=headers, raise_for_status=True) as session,
        session.request(method, url, data=json.dumps(body, default=str)) as answer,
    ):
        return str((await answer.json())["id"])
