"""The channels a person sees beside the conversation, and which have news."""

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page, expect

from bot.playground.guild import LocalDiscord

pytestmark = pytest.mark.asyncio(loop_scope="session")

Visit = Callable[[], Awaitable[Page]]


async def test_members_do_not_see_the_moderators_channel(page: Page) -> None:
    places = page.locator("#channels")
    await expect(places).to_contain_text("general")
    await expect(places).not_to_contain_text("mods")
    await page.get_by_role("radio", name="Sam").check(force=True)
    await expect(places).to_contain_text("mods")


async def test_the_owner_is_called_so_in_the_readers_language(page: Page) -> None:
    people = page.locator("#actors")
    await expect(people).to_contain_text("OlgaOwner")
    await page.get_by_role("radio", name="Español").check(force=True)
    await expect(people).to_contain_text("OlgaPropietaria")
    await page.get_by_role("radio", name="English").check(force=True)


async def test_a_new_message_marks_its_channel_and_an_edit_does_not(
    page: Page, visit: Visit, discord: LocalDiscord
) -> None:
    other = await visit()
    await other.locator("button.command").click()
    await other.locator("#line").fill("/look")
    await other.keyboard.press("Enter")
    await other.keyboard.press("Enter")
    await expect(page.locator(".message")).to_contain_text("Which look?")
    await page.get_by_role("button", name="general").click()

    await other.get_by_text("Choose a look").click()
    await other.get_by_role("option", name="Wild").click()
    await expect(other.locator(".message")).to_contain_text("The look is Wild.")
    discord.actor("leo").say("general", "after the edit")
    await expect(page.locator(".message")).to_contain_text("after the edit")
    await expect(page.locator(".unread")).to_have_count(0)

    discord.actor("leo").say("films", "something new")
    await expect(page.get_by_role("button", name="films").locator(".unread")).to_be_visible()


async def test_an_empty_channel_calls_for_enter_only_over_a_command_that_is_ready(
    page: Page,
) -> None:
    empty = page.locator(".empty")
    await expect(empty).to_contain_text("Press Enter.")
    await page.locator("#option-prompt").fill("")
    await expect(empty).to_contain_text("Type / for commands")
    await page.locator("#option-prompt").fill("a fox")
    await expect(empty).to_contain_text("Press Enter.")
    await page.locator("button.command").click()
    await expect(empty).to_contain_text("Type / for commands")
    await page.get_by_role("button", name="general").click()
    await expect(empty).to_contain_text("Type / for commands")


async def test_an_empty_channel_that_one_only_reads_says_so(
    page: Page, discord: LocalDiscord
) -> None:
    general = discord.world.channel("general")
    discord.places.read_only(general)
    await page.get_by_role("button", name="general").click()
    await expect(page.locator(".empty")).to_contain_text("You cannot write in this channel")
    discord.state.change_channel(general.id, overwrites=general.overwrites)


async def test_a_command_that_nobody_knows_is_not_sent_as_words(page: Page) -> None:
    await page.locator("button.command").click()
    await page.locator("#line").fill("/unknown a fox")
    await page.keyboard.press("Enter")
    alert = page.locator("#write").get_by_role("alert")
    await expect(alert).to_have_text("There is no command /unknown in this channel.")
    await expect(page.locator("#line")).to_have_value("/unknown a fox")
    await expect(page.locator(".message")).to_have_count(0)

    await page.keyboard.type("es")
    await expect(alert).to_have_count(0)
    await page.locator("#line").fill("/shrug/ is a path")
    await page.keyboard.press("Enter")
    await expect(page.locator(".message")).to_contain_text("/shrug/ is a path")
