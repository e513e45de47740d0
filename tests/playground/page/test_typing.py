"""What keys do in a command's fields while suggestions come and go."""

import pytest
from playwright.async_api import Page, expect

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def open_option(page: Page, name: str, suggestions: int) -> None:
    await page.get_by_role("button", name=name).click()
    await expect(page.get_by_role("option")).to_have_count(suggestions)


@pytest.mark.parametrize("key", ["Enter", "Tab"])
async def test_a_value_typed_without_a_pause_is_the_value_taken(page: Page, key: str) -> None:
    await open_option(page, "duration", 13)
    await page.keyboard.type("12")
    await page.keyboard.press(key)
    await expect(page.locator("#option-duration")).to_have_value("12 s · 60 credits")
    await page.keyboard.press("Enter")
    await expect(page.locator(".message").first).to_contain_text("Ready: 12 s, 16:9")


async def test_a_choice_typed_without_a_pause_is_the_choice_taken(page: Page) -> None:
    await open_option(page, "aspect_ratio", 2)
    await page.keyboard.type("vert")
    await page.keyboard.press("Enter")
    await expect(page.locator("#option-aspect_ratio")).to_have_value("Vertical 9:16")


async def test_a_second_enter_without_a_pause_sends_what_was_typed(page: Page) -> None:
    await open_option(page, "duration", 13)
    await page.keyboard.type("12")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    await expect(page.locator(".message").first).to_contain_text("Ready: 12 s, 16:9")


async def test_what_is_typed_in_part_is_taken_only_from_a_list_that_was_seen(page: Page) -> None:
    await open_option(page, "duration", 13)
    await page.keyboard.type("1")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("option")).to_have_count(6)
    await expect(page.locator("#option-duration")).to_have_value("1")
    await page.keyboard.press("Enter")
    await expect(page.locator("#option-duration")).to_have_value("10 s · 50 credits")


async def choose_vertical(page: Page) -> None:
    await open_option(page, "aspect_ratio", 2)
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.locator("#option-aspect_ratio")).to_have_value("Vertical 9:16")


async def test_going_through_a_filled_choice_by_tab_leaves_it_as_it_is(page: Page) -> None:
    await choose_vertical(page)
    await page.locator("#option-prompt").focus()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("option", selected=True)).to_have_text("Vertical 9:16")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name="Remove aspect_ratio")).to_be_focused()
    await expect(page.locator("#option-aspect_ratio")).to_have_value("Vertical 9:16")


async def test_enter_in_a_filled_choice_sends(page: Page) -> None:
    await choose_vertical(page)
    await page.locator("#option-prompt").focus()
    await page.locator("#option-aspect_ratio").focus()
    await expect(page.get_by_role("option")).to_have_count(2)
    await page.keyboard.press("Enter")
    await expect(page.locator(".message").first).to_contain_text("Ready: 5 s, 9:16")


async def test_another_choice_is_taken_by_moving_to_it(page: Page) -> None:
    await choose_vertical(page)
    await page.locator("#option-prompt").focus()
    await page.locator("#option-aspect_ratio").focus()
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Enter")
    await expect(page.locator("#option-aspect_ratio")).to_have_value("Wide 16:9")


@pytest.mark.parametrize("is_emptied", [False, True])
async def test_a_slash_begins_another_command_where_nobody_wrote_anything(
    page: Page, is_emptied: bool
) -> None:
    await page.locator("#option-prompt").focus()
    if is_emptied:
        await page.locator("#option-prompt").fill("")
    await page.keyboard.type("/no")
    await expect(page.locator("#line")).to_have_value("/no")
    await expect(page.get_by_role("option")).to_have_count(1)
    await page.keyboard.press("Enter")
    await expect(page.locator("button.command")).to_have_text("/note")


async def test_a_slash_in_what_somebody_writes_stays_there(page: Page) -> None:
    await page.locator("#option-prompt").focus()
    await page.keyboard.press("End")
    await page.keyboard.type(" 24/7")
    await expect(page.locator("#option-prompt")).to_have_value("a fox in the snow 24/7")
