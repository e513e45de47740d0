"""Selects in messages and forms, by mouse, by keyboard, and as a screen reader is told of them."""

from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from bot.playground.guild import LocalDiscord
from tests.playground.page.steps import post, show_look, use

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def keys(page: Page, *names: str) -> None:
    for name in names:
        await page.keyboard.press(name)


def active(page: Page) -> Locator:
    return page.locator("#choices [data-active]")


async def test_a_select_is_a_combobox_that_names_its_list_and_what_the_keys_are_at(
    page: Page,
) -> None:
    await show_look(page)
    look = page.get_by_role("combobox", name="Choose a look")
    await expect(look).to_have_attribute("aria-expanded", "false")
    await expect(page.get_by_role("listbox")).to_have_count(0)
    await look.focus()
    await keys(page, "ArrowDown", "ArrowDown")
    await expect(look).to_be_focused()
    await expect(look).to_have_attribute("aria-expanded", "true")
    shown = page.get_by_role("listbox", name="Choose a look")
    assert await shown.get_attribute("id") == await look.get_attribute("aria-controls")
    wild = page.get_by_role("option", name="Wild")
    assert await wild.get_attribute("id") == await look.get_attribute("aria-activedescendant")
    await expect(wild).to_have_attribute("aria-selected", "false")


async def test_letters_and_end_move_and_escape_chooses_nothing(page: Page) -> None:
    await show_look(page)
    look = page.get_by_role("combobox", name="Choose a look")
    await look.focus()
    await keys(page, " ", "q")
    await expect(active(page)).to_have_text("Quiet")
    await keys(page, "End", "ArrowDown")
    await expect(active(page)).to_have_text("Loud")
    await keys(page, "Home")
    await expect(active(page)).to_have_text("Calm")
    await keys(page, "Escape")
    await expect(page.get_by_role("listbox")).to_have_count(0)
    await expect(look).to_be_focused()
    await expect(page.locator(".message")).to_contain_text("Which look?")


async def test_several_are_chosen_by_keys_and_sent_by_the_button_below(page: Page) -> None:
    await show_look(page)
    await page.get_by_role("combobox", name="Choose two").focus()
    await keys(page, "Enter", "Enter", "ArrowDown")
    done = page.get_by_role("button", name="Done")
    await expect(done).to_be_disabled()
    await keys(page, " ", "ArrowDown", " ")
    taken = page.get_by_role("option", selected=True)
    await expect(taken).to_have_text(["Calm", "Wild"])  # a third is one too many
    await keys(page, "Tab")
    await expect(done).to_be_focused()
    await keys(page, "Enter")
    await expect(page.locator(".message")).to_contain_text("The looks are ['Calm', 'Wild'].")


async def test_what_was_not_sent_is_not_chosen(page: Page) -> None:
    await show_look(page)
    pair = page.get_by_role("combobox", name="Choose two")
    await pair.click()
    await page.get_by_role("option", name="Wild").click()
    await page.locator("#channel").click()
    await expect(page.get_by_role("listbox")).to_have_count(0)
    await pair.click()
    await expect(page.get_by_role("option", selected=True)).to_have_count(0)


async def test_an_open_list_stays_open_while_its_message_changes(
    page: Page, discord: LocalDiscord
) -> None:
    options = [{"label": each, "value": each} for each in ("one", "two")]
    select = {"type": 3, "custom_id": "x", "placeholder": "Choose", "options": options}
    rows = [{"type": 1, "components": [select]}]
    message = await post(discord, {"content": "before", "components": rows})
    await page.get_by_role("combobox", name="Choose").click()
    await keys(page, "ArrowDown")
    await post(discord, {"content": "after", "components": rows}, edits=message)
    await expect(page.locator(".message")).to_contain_text("after")
    await expect(active(page)).to_have_text("two")


async def test_a_form_shows_the_default_of_a_select_with_its_description(page: Page) -> None:
    await use(page, "/wish")
    form = page.get_by_role("dialog", name="Edit the video")
    await expect(form).to_contain_text("The new one costs again.")
    length = form.get_by_role("combobox", name="Length")
    await expect(length).to_have_text("5 s")
    await expect(length).to_have_accessible_description("Longer costs more")
    await expect(form.get_by_role("combobox", name="Moods")).to_have_text("Any mood")
    await length.click()
    await expect(page.get_by_role("option", name="8 s")).to_contain_text("40 credits")


async def test_selects_in_a_form_are_filled_by_keyboard_and_sent_with_it(page: Page) -> None:
    await use(page, "/wish")
    await page.get_by_role("combobox", name="Length").focus()
    await keys(page, "Enter", "ArrowDown", "Enter")
    await expect(page.get_by_role("combobox", name="Length")).to_have_text("6 s")
    await keys(page, "Tab", "Enter", "Enter", "Escape")
    await expect(page.get_by_role("dialog")).to_be_visible()
    send = page.get_by_role("button", name="Submit")
    await send.click()
    await expect(page.get_by_role("dialog")).to_contain_text("Choose 2 to 3.")
    moods = page.get_by_role("combobox", name="Moods")
    await expect(moods).to_be_focused()
    await keys(page, "Enter", "End", "Enter", "Escape")
    await expect(moods).to_have_text("Calm, Loud")
    await expect(page.get_by_text("Choose 2 to 3.")).to_have_count(0)
    await send.click()
    await expect(page.locator(".message")).to_contain_text(
        "a fox in the snow: 6 s, ['Calm', 'Loud'], []"
    )


async def test_a_field_that_is_needed_is_missed_before_anything_is_sent(page: Page) -> None:
    await use(page, "/wish")
    length = page.get_by_role("combobox", name="Length")
    await expect(page.locator(".field").filter(has=length).locator(".needed")).to_be_visible()
    moods = page.get_by_role("combobox", name="Moods")
    await expect(page.locator(".field").filter(has=moods).locator(".needed")).to_have_count(0)
    await page.get_by_label("Prompt").fill("")
    await page.get_by_role("button", name="Submit").click()
    await expect(page.get_by_label("Prompt")).to_be_focused()
    await expect(page.get_by_role("dialog")).to_be_visible()


async def test_files_go_with_a_form_but_no_more_than_it_takes(page: Page, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("a.png", "b.png", "c.png")]
    for file in files:
        file.write_bytes(b"123")
    await use(page, "/wish")
    pictures = page.get_by_label("Pictures")
    await pictures.set_input_files(files)
    await page.get_by_role("button", name="Submit").click()
    await expect(page.get_by_role("dialog")).to_contain_text("Choose 0 to 2.")
    await pictures.set_input_files(files[:2])
    await page.get_by_role("button", name="Submit").click()
    await expect(page.locator(".message")).to_contain_text("[], ['a.png (3)', 'b.png (3)']")


async def test_a_file_goes_with_a_command_that_takes_one(page: Page, tmp_path: Path) -> None:
    file, large = tmp_path / "list.txt", tmp_path / "large.bin"
    file.write_bytes(b"12345")
    large.write_bytes(b"0" * (10 * 1024 * 1024 + 1))
    await page.locator("button.command").click()
    await page.locator("#line").fill("/count")
    await page.keyboard.press("Enter")
    chooser = page.get_by_label("file", exact=True)
    await chooser.set_input_files(large)
    await expect(page.locator("#problem-file")).to_have_text("large.bin is larger than 10 MB.")
    await chooser.set_input_files(file)
    await expect(page.locator("#problem-file")).to_have_text("")
    await page.locator(".send").click()
    await expect(page.locator(".message")).to_contain_text("list.txt: 5 bytes")


@pytest.mark.parametrize("width", [1280, 360])
async def test_a_list_in_a_form_can_be_read_to_its_end(page: Page, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 640})
    await use(page, "/wish")
    await page.get_by_role("combobox", name="Moods").click()
    await keys(page, "End")
    await expect(active(page)).to_be_in_viewport(ratio=1)
    assert await page.evaluate("document.documentElement.scrollWidth") == width
