"""What a newcomer sees and does, in a real browser with a real bot behind the page."""

import os
import signal
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page, expect

from bot.playground.guild import LocalDiscord
from bot.playground.page import Mishap
from tests.playground.page.puppetry import PuppetControls
from tests.playground.page.steps import use, watch_card

pytestmark = pytest.mark.asyncio(loop_scope="session")

Visit = Callable[[], Awaitable[Page]]

FOX = "a fox in the snow"


async def test_enter_is_all_it_takes_to_see_progress_and_then_a_film_that_plays(page: Page) -> None:
    await expect(page.locator("#option-prompt")).to_be_focused()
    await expect(page.locator("#option-prompt")).to_have_value(FOX)
    await watch_card(page)
    await page.keyboard.press("Enter")

    reply = page.locator(".message").first
    await expect(reply).to_contain_text("Maya used /video")
    await expect(reply).to_contain_text("Ready: 5 s, 16:9")
    seen = [percent for percent, _ in await page.evaluate("window.seen")]
    assert list(dict.fromkeys(seen)) == ["0 %", "20 %", "40 %", "60 %", "80 %"]

    film = page.locator("video")
    await expect(film).to_have_attribute("aria-label", FOX)
    await film.evaluate("film => { film.muted = true; return film.play(); }")
    await page.wait_for_function(
        "() => { const film = document.querySelector('video');"
        " return film.readyState >= 2 && film.currentTime > 0.2 && film.videoWidth > 0; }"
    )


async def test_the_film_highlights_the_person_it_mentions_and_nobody_else(
    page: Page, visit: Visit
) -> None:
    other = await visit()
    await other.get_by_role("radio", name="Leo").check(force=True)
    await page.keyboard.press("Enter")

    await expect(page.locator(".message.pinged")).to_contain_text("@Maya, here it is")
    await expect(other.locator(".message")).to_have_count(2)
    await expect(other.locator(".message.pinged")).to_have_count(0)


async def test_progress_leaves_the_focus_where_it_is(page: Page) -> None:
    await page.evaluate(
        """() => new MutationObserver((_, observer) => {
          const cancel = document.querySelector("[data-press=cancel]");
          if (!cancel) return;
          cancel.focus();
          observer.disconnect();
        }).observe(document.body, { subtree: true, childList: true })"""
    )
    await watch_card(page)
    await page.keyboard.press("Enter")
    await expect(page.locator(".message").first).to_contain_text("Ready")
    seen = await page.evaluate("window.seen")
    assert len(dict(seen)) == 5
    assert {focused for _, focused in seen} == {"Cancel"}


async def test_a_form_is_filled_by_keyboard_and_its_answer_is_for_one_person_only(
    page: Page, visit: Visit, discord: LocalDiscord
) -> None:
    other = await visit()
    await other.get_by_role("radio", name="Leo").check(force=True)

    await use(page, "/note")
    await expect(page.get_by_label("Subject")).to_be_focused()
    await page.keyboard.type("Snow")
    await page.keyboard.press("Tab")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")

    answer = page.locator(".message")
    await expect(answer).to_contain_text("Noted: Snow (wild)")
    await expect(answer).to_contain_text("Only you can see this")
    discord.actor("leo").say("films", "hello from Leo")
    await expect(other.locator(".message")).to_have_count(1)
    await expect(other.locator(".message")).to_contain_text("hello from Leo")

    await page.get_by_role("button", name="Dismiss").click()
    await expect(page.get_by_text("Noted: Snow")).to_have_count(0)


async def test_a_message_that_may_not_be_written_comes_back_with_the_reason(page: Page) -> None:
    await page.locator("button.command").click()
    await page.locator("#line").fill("x" * 2001)
    await page.keyboard.press("Enter")
    await expect(page.locator("#write").get_by_role("alert")).to_contain_text("2000 characters")
    await expect(page.locator("#line")).to_have_value("x" * 2001)
    await expect(page.locator(".message")).to_have_count(0)

    await page.locator("#line").fill("shorter")
    await page.keyboard.press("Enter")
    await expect(page.locator(".message")).to_contain_text("shorter")
    await expect(page.locator("#write").get_by_role("alert")).to_have_count(0)


async def test_a_form_that_finds_no_answer_keeps_what_was_written(page: Page) -> None:
    await use(page, "/note")
    await page.get_by_label("Subject").fill("silence")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_contain_text("The bot did not answer in time.")
    await expect(page.get_by_label("Subject")).to_have_value("silence")


async def test_escape_closes_a_form(page: Page) -> None:
    await use(page, "/note")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()


async def test_autocompletion_offers_what_the_bot_says_while_typing(
    page: Page, discord: LocalDiscord
) -> None:
    await page.get_by_role("button", name="duration").click()
    offered = page.get_by_role("option")
    await expect(offered).to_have_count(13)
    await page.keyboard.type("1")
    await expect(offered).to_have_count(6)
    await expect(offered.first).to_have_text("10 s · 50 credits")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.locator("#option-duration")).to_have_value("11 s · 55 credits")
    await page.keyboard.press("Enter")
    await expect(page.locator(".message").first).to_contain_text("Ready: 11 s, 16:9")


async def test_what_discord_would_not_let_through_stays_in_the_form(page: Page) -> None:
    await page.get_by_role("button", name="duration").click()
    await expect(page.get_by_role("option")).to_have_count(13)
    await page.keyboard.type("99")
    await expect(page.get_by_role("option")).to_have_count(0)
    await page.keyboard.press("Enter")
    await expect(page.locator(".problem").filter(has_text="From 3 to 15.")).to_be_visible()
    await page.locator("#option-prompt").fill("")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("This is needed.")).to_be_visible()
    await expect(page.locator(".message")).to_have_count(0)


async def test_markup_in_a_prompt_is_only_text(page: Page) -> None:
    prompt = "<img src=x onerror=alert(1)> **bold** ||hidden|| [x](javascript:alert(1)) <@1>"
    await page.locator("#option-prompt").fill(prompt)
    await page.keyboard.press("Enter")
    card = page.locator(".message .text").first
    await expect(card).to_contain_text("<img src=x onerror=alert(1)> **bold** ||hidden||")
    await expect(page.locator(".message img")).to_have_count(0)
    await expect(page.locator(".message a[href^='javascript']")).to_have_count(0)


async def test_a_menu_answers_at_once_and_a_silent_bot_is_named(page: Page) -> None:
    await use(page, "/look")
    await page.get_by_text("Choose a look").click()
    await page.get_by_role("option", name="Wild").click()
    message = page.locator(".message")
    await expect(message).to_contain_text("The look is Wild.")
    await page.get_by_role("button", name="Nothing happens").click()
    await expect(message).to_contain_text("The bot did not answer in time.")


async def test_a_message_has_its_menu(page: Page, discord: LocalDiscord) -> None:
    discord.actor("leo").say("films", "a lighthouse")
    await page.get_by_label("More for this message").click()
    await page.get_by_role("button", name="Say it again").click()
    await expect(page.locator(".message.ephemeral")).to_contain_text("Again: a lighthouse")


async def test_a_killed_bot_is_shown_and_comes_back(page: Page) -> None:
    state = page.locator("#backstage .bot-state")
    await expect(state).to_have_text("The bot is online")
    await page.get_by_role("button", name="Kill the bot").click()
    await expect(state).to_have_text("The bot was killed")
    await page.locator("#option-prompt").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("The bot did not answer in time.")).to_be_visible()
    await page.get_by_role("button", name="Restart").click()
    await expect(state).to_have_text("The bot is online")


async def test_a_bot_that_ends_by_itself_is_shown_as_such(
    page: Page, controls: PuppetControls, discord: LocalDiscord
) -> None:
    state = page.locator("#backstage .bot-state")
    await expect(state).to_have_text("The bot is online")
    assert controls.bot.pid
    os.kill(controls.bot.pid, signal.SIGKILL)
    await expect(state).to_contain_text("The bot ended by itself")
    await page.get_by_role("button", name="Restart").click()
    await discord.changed(lambda: discord.gateway.online, 20)


async def test_a_mishap_is_ordered_by_a_button_that_shows_it(
    page: Page, controls: PuppetControls
) -> None:
    busy = page.get_by_role("button", name="API is busy")
    await busy.click()
    await expect(busy).to_have_attribute("aria-pressed", "true")
    assert controls.mishaps == [Mishap.BUSY]


async def test_a_mishap_is_called_off_by_pressing_its_button_again(
    page: Page, controls: PuppetControls
) -> None:
    busy = page.get_by_role("button", name="API is busy")
    await busy.click()
    await expect(page.get_by_text("The next video will fail.")).to_be_visible()
    await busy.click()
    await expect(busy).to_have_attribute("aria-pressed", "false")
    await expect(page.get_by_text("The next video will fail.")).to_have_count(0)
    assert controls.mishaps == []


async def test_text_is_drawn_as_discord_draws_it(page: Page, discord: LocalDiscord) -> None:
    leo = discord.world.user("leo").id
    discord.actor("leo").say(
        "films",
        "# Big\n-# small *print*\n- one **bold**\n- two __under__\n> quoted `code`\n"
        f"~~gone~~ \\*plain\\* <@{leo}> ||secret|| [site](https://example.com/a) <t:0:R>\n"
        "```py\n**raw**\n```",
    )
    text = page.locator(".message .text")
    for selector, words in {
        "h3": "Big",
        "p.small em": "print",
        "ul li:first-child strong": "bold",
        "ul li:last-child u": "under",
        "blockquote code": "code",
        "s": "gone",
        ".mention": "@Leo",
        "a[href='https://example.com/a']": "site",
        "pre code": "**raw**",
    }.items():
        await expect(text.locator(selector)).to_have_text(words)
    await expect(text).to_contain_text("*plain*")
    await expect(text.locator("time")).to_contain_text("years ago")
    spoiler = text.locator(".spoiler")
    await expect(spoiler.locator("span")).to_be_hidden()
    await spoiler.press("Enter")
    await expect(spoiler.locator("span")).to_be_visible()


async def test_a_jump_link_leads_to_its_message(page: Page, discord: LocalDiscord) -> None:
    channel = discord.world.channel("films")
    first = discord.actor("leo").say("films", "the beginning")
    for number in range(30):
        discord.actor("leo").say("films", f"more {number}")
    link = f"https://discord.com/channels/{channel.guild_id}/{channel.id}/{first.id}"
    discord.actor("leo").say("films", f"[back]({link})")
    beginning = page.get_by_text("the beginning")
    await expect(page.get_by_role("link", name="back")).to_be_in_viewport()
    await expect(beginning).not_to_be_in_viewport()
    await page.get_by_role("link", name="back").click()
    await expect(beginning).to_be_in_viewport()


async def test_another_language_changes_the_page_and_the_commands(
    page: Page, discord: LocalDiscord
) -> None:
    discord.actor("leo").say("films", "meanwhile")
    await expect(page.get_by_text("meanwhile")).to_be_visible()
    await page.get_by_role("radio", name="Español").check(force=True)
    await expect(page.get_by_text("Crea un vídeo con palabras")).to_be_visible()
    await expect(page.locator("#option-prompt")).to_have_value("un zorro en la nieve")
    await page.get_by_role("button", name="duración").click()
    await expect(page.get_by_role("option").first).to_be_visible()


async def test_a_narrow_screen_shows_everything_without_scrolling_sideways(page: Page) -> None:
    await page.set_viewport_size({"width": 360, "height": 740})
    await page.keyboard.press("Enter")
    await expect(page.locator(".message").first).to_contain_text("Ready")
    assert await page.evaluate("document.documentElement.scrollWidth") == 360
    await page.get_by_role("button", name="Channels and controls").click()
    await expect(page.get_by_role("button", name="Kill the bot")).to_be_in_viewport()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Kill the bot")).to_be_hidden()


async def test_a_long_choice_stays_within_a_narrow_form(page: Page) -> None:
    await page.set_viewport_size({"width": 360, "height": 740})
    await use(page, "/wish")
    form = page.get_by_role("dialog")
    chosen = form.locator(".select .value > span").first
    await chosen.evaluate("it => { it.textContent = '5 s · 27 credits ($0.40) · '.repeat(3); }")
    assert await form.evaluate("it => it.scrollWidth <= it.clientWidth")


async def test_who_manages_the_server_lets_others_use_commands_or_not(
    page: Page, discord: LocalDiscord
) -> None:
    leo, rulings = discord.actor("leo"), page.locator("#backstage")
    deny, usual = (rulings.get_by_role("button", name=name) for name in ("Deny", "As usual"))
    await expect(rulings).not_to_contain_text("Integration page")
    await page.get_by_role("radio", name="Olga").check(force=True)
    await rulings.get_by_label("Command").select_option("/video")
    await rulings.get_by_label("Role or member").select_option("Leo")

    await deny.click()
    await expect(deny).to_have_attribute("aria-pressed", "true")
    assert "video" not in [each["name"] for each in leo.offered("films")]

    await usual.click()
    await expect(usual).to_have_attribute("aria-pressed", "true")
    assert "video" in [each["name"] for each in leo.offered("films")]
