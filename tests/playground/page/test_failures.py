"""What a person reads when an act gets no answer, for how long, and who else reads it."""

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page, expect

from bot.playground.guild import LocalDiscord
from tests.playground.page.steps import show_look

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.long]

Visit = Callable[[], Awaitable[Page]]

UNANSWERED = "The bot did not answer in time."
UNREACHED = "The demo did not answer. Is it still running in the terminal?"


async def lose_the_demo(page: Page) -> None:
    """Let every call fail as it does when nothing listens; `window.reached` is the way back."""
    await page.evaluate(
        """() => {
          window.reached = window.fetch;
          window.fetch = () => Promise.reject(new TypeError("Failed to fetch"));
        }"""
    )


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
    await other.get_by_role("option", name="Wild").click()
    await expect(page.locator(".message")).to_contain_text("The look is Wild.")
    await expect(page.get_by_text(UNANSWERED)).to_have_count(0)


async def test_a_command_without_an_answer_stands_in_the_composer_again(page: Page) -> None:
    await page.locator("button.command").click()
    await page.locator("#line").fill("/silent")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="whom").click()
    await page.get_by_role("option", name="Leo").click()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Sending")).to_be_visible()
    await expect(page.locator("#line")).to_have_value("")
    await expect(page.get_by_text(UNANSWERED)).to_be_visible()
    await expect(page.locator("button.command")).to_have_text("/silent")
    await expect(page.locator("#option-whom")).to_have_value("Leo")


async def test_a_prompt_without_an_answer_can_be_sent_again_as_it_was(page: Page) -> None:
    await lose_the_demo(page)
    await page.locator("#option-prompt").fill("a lighthouse: two ships, /video prompt: x")
    await page.get_by_role("button", name="aspect_ratio").click()
    await page.get_by_role("option", name="Vertical").click()
    await page.locator("#option-prompt").press("Enter")
    await expect(page.locator(".note")).to_contain_text(UNREACHED)
    await expect(page.locator("#option-prompt")).to_be_focused()
    await page.evaluate("() => { window.fetch = window.reached; }")
    await page.keyboard.press("Enter")
    await expect(page.locator(".message").first).to_contain_text("Ready: 5 s, 9:16")
    film = page.get_by_label("a lighthouse: two ships, /video prompt: x")
    await expect(film).to_be_visible()


async def test_a_narrow_screen_says_below_a_command_what_became_of_it(page: Page) -> None:
    await page.set_viewport_size({"width": 360, "height": 640})
    await lose_the_demo(page)
    await page.keyboard.press("Enter")
    await expect(page.locator(".note .failure")).to_be_visible()
    used = await page.locator(".note .above").bounding_box()
    failure = await page.locator(".note .failure").bounding_box()
    assert used
    assert failure
    assert failure["x"] == used["x"]
    assert failure["y"] >= used["y"] + used["height"]


async def test_what_was_begun_meanwhile_stays_when_a_command_finds_no_answer(page: Page) -> None:
    await page.locator("button.command").click()
    await page.locator("#line").fill("/silent")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    await page.locator("#line").fill("meanwhile")
    await expect(page.get_by_text(UNANSWERED)).to_be_visible()
    await expect(page.locator("#line")).to_have_value("meanwhile")


async def test_a_line_that_does_not_reach_the_demo_is_not_lost(page: Page) -> None:
    await lose_the_demo(page)
    await page.locator("button.command").click()
    await page.locator("#line").fill("hello")
    await page.keyboard.press("Enter")
    await expect(page.locator("#line")).to_have_value("hello")


async def test_a_button_that_does_not_reach_the_demo_says_so(page: Page) -> None:
    await show_look(page)
    await lose_the_demo(page)
    await page.get_by_role("button", name="Nothing happens").click()
    await expect(page.locator(".message")).to_contain_text(UNREACHED)
    await page.get_by_role("button", name="Kill the bot").click()
