"""What a reader sees of a long conversation, and how they move between messages."""

import pytest
from playwright.async_api import Page, expect

from bot.playground.guild import LocalDiscord
from tests.playground.page.steps import post, use

pytestmark = pytest.mark.asyncio(loop_scope="session")

LINES = 30


async def fill(page: Page, discord: LocalDiscord) -> None:
    """A channel with more than fits on a screen."""
    for number in range(LINES):
        discord.actor("leo").say("films", f"line {number}")
    await expect(page.get_by_text(f"line {LINES - 1}")).to_be_in_viewport()


async def go_up(page: Page) -> None:
    await page.locator("#messages").evaluate("list => { list.scrollTop = 0; }")
    await expect(page.get_by_text("line 0")).to_be_in_viewport()


async def test_who_reads_further_up_stays_there_and_is_told_of_new_messages(
    page: Page, discord: LocalDiscord
) -> None:
    newer = page.get_by_role("button", name="New messages below")
    await fill(page, discord)
    await expect(newer).to_be_hidden()
    await go_up(page)
    discord.actor("leo").say("films", "something new")
    await expect(newer).to_be_visible()
    await expect(page.get_by_text("line 0")).to_be_in_viewport()

    await newer.click()
    await expect(page.get_by_text("something new")).to_be_in_viewport()
    await expect(newer).to_be_hidden()
    await expect(page.locator("#option-prompt")).to_be_focused()


async def test_new_messages_are_no_news_any_more_once_one_has_scrolled_down(
    page: Page, discord: LocalDiscord
) -> None:
    newer = page.get_by_role("button", name="New messages below")
    await fill(page, discord)
    await go_up(page)
    discord.actor("leo").say("films", "something new")
    await expect(newer).to_be_visible()
    await page.get_by_text("something new").scroll_into_view_if_needed()
    await page.locator("#messages").evaluate("list => { list.scrollTop = list.scrollHeight; }")
    await expect(newer).to_be_hidden()


async def test_an_edit_further_down_is_no_new_message(page: Page, discord: LocalDiscord) -> None:
    first = await post(discord, {"content": "before"})
    await fill(page, discord)
    await go_up(page)
    await post(discord, {"content": "after"}, edits=first)
    await expect(page.get_by_text("after")).to_be_in_viewport()
    await expect(page.get_by_role("button", name="New messages below")).to_be_hidden()


async def test_ones_own_private_answer_comes_into_sight(page: Page, discord: LocalDiscord) -> None:
    said = discord.actor("leo").say("films", "a lighthouse")
    await fill(page, discord)
    await page.locator("#messages").evaluate("list => { list.scrollTop = 0; }")
    first = page.locator(f"[data-message='{said.id}']")
    await first.get_by_label("More for this message").click()
    await first.get_by_role("button", name="Say it again").click()
    await expect(page.get_by_text("Again: a lighthouse")).to_be_in_viewport()


async def test_a_reply_shows_what_it_answers_and_leads_there(
    page: Page, discord: LocalDiscord
) -> None:
    question = discord.actor("leo").say("films", "## Who *saw* the **fox**?\nI did not.")
    await fill(page, discord)
    await post(discord, {"content": "I did", "message_reference": {"message_id": question.id}})
    reply = page.locator(".message").last
    answered = reply.get_by_role("link", name="In reply to Leo Who saw the fox?")
    await expect(answered).to_be_visible()
    await answered.click()
    await expect(page.locator(f"[data-message='{question.id}'] .text")).to_be_in_viewport()


async def test_a_reply_to_a_card_shows_the_first_line_of_it(
    page: Page, discord: LocalDiscord
) -> None:
    text = {"type": 10, "content": "### A card\nwith more"}
    card = await post(discord, {"flags": 1 << 15, "components": [text]})
    await post(discord, {"content": "this", "message_reference": {"message_id": card}})
    await expect(page.locator(".message .above")).to_contain_text("A card")


async def test_a_reply_shows_nothing_of_what_is_covered(page: Page, discord: LocalDiscord) -> None:
    inside = [{"type": 10, "content": "the murderer"}]
    card = {"flags": 1 << 15, "components": [{"type": 17, "spoiler": True, "components": inside}]}
    for body in (card, {"content": "it is ||the gardener||"}):
        told = await post(discord, body)
        await post(discord, {"content": "this", "message_reference": {"message_id": told}})
    above = page.locator(".message .above")
    await expect(above).to_have_count(2)
    await expect(above.first).to_contain_text("Attachment")
    await expect(above.last).to_contain_text("it is ▒▒▒")
    for secret in ("murderer", "gardener"):
        await expect(above.filter(has_text=secret)).to_have_count(0)


async def test_a_reply_to_what_is_gone_says_so(page: Page, discord: LocalDiscord) -> None:
    question = discord.actor("leo").say("films", "Who saw the fox?")
    await post(discord, {"content": "I did", "message_reference": {"message_id": question.id}})
    await expect(page.locator(".message .above")).to_contain_text("Who saw the fox?")
    discord.actor("leo").delete(question)
    await expect(page.locator(".message .above")).to_contain_text("The original message is gone")
    await page.set_viewport_size({"width": 360, "height": 740})
    assert await page.locator("#messages").evaluate("it => it.scrollWidth <= it.clientWidth")


async def test_the_role_of_everyone_is_named_with_one_sign(
    page: Page, discord: LocalDiscord
) -> None:
    everyone = discord.world.channel("films").guild_id
    discord.actor("leo").say("films", f"for <@&{everyone}>")
    await expect(page.locator(".mention")).to_have_text("@everyone")


async def test_a_command_that_failed_stays_where_it_was_sent_and_goes_once_it_is_sent_again(
    page: Page, discord: LocalDiscord
) -> None:
    rows = page.locator("#messages > li")
    await page.evaluate(
        "() => { window.reached = window.fetch; window.fetch = () => Promise.reject(); }"
    )
    await page.keyboard.press("Enter")
    await expect(page.locator(".note .failure")).to_be_visible()
    discord.actor("leo").say("films", "later")
    await expect(rows.last).to_contain_text("later")
    await expect(rows.first).to_contain_text("The demo did not answer.")

    await page.evaluate("() => { window.fetch = window.reached; }")
    await use(page, "/note")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator(".note")).to_have_count(1)
    await use(page, "/video prompt: a fox")
    await expect(page.locator(".message .above")).to_contain_text("used /video")
    await expect(page.locator(".note")).to_have_count(0)


async def test_who_goes_on_writing_is_shown_once(page: Page, discord: LocalDiscord) -> None:
    for name, text in (("leo", "one"), ("leo", "two"), ("sam", "three"), ("leo", "four")):
        discord.actor(name).say("films", text)
    await expect(page.locator(".message")).to_have_count(4)
    for text, is_shown in (("one", True), ("two", False), ("three", True), ("four", True)):
        face = page.locator(".message").filter(has_text=text).locator("> .avatar")
        await (expect(face).to_be_visible() if is_shown else expect(face).to_be_hidden())


async def test_an_answer_taller_than_the_screen_shows_its_beginning_and_lets_one_read_on(
    page: Page, discord: LocalDiscord
) -> None:
    said = discord.actor("leo").say("films", "beginning\n" + "line\n" * 90 + "ending")
    await page.locator(f"[data-message='{said.id}']").get_by_label("More for").click()
    await page.get_by_role("button", name="Say it again").click()
    answer = page.locator(".message").last
    await expect(answer.get_by_text("Again: beginning")).to_be_in_viewport()

    discord.actor("leo").say("films", "meanwhile")
    await expect(page.get_by_role("button", name="New messages below")).to_be_visible()
    await page.locator(f"[data-message='{said.id}']").get_by_label("More for").click()
    await page.get_by_role("button", name="Say it again").click()
    answer = page.locator(".message").last
    await expect(answer.get_by_text("Again: beginning")).to_be_in_viewport()

    top = "list => Math.round(list.scrollTop)"
    await page.locator("#messages").evaluate("list => { list.scrollTop = list.scrollHeight; }")
    end = await page.locator("#messages").evaluate(top)
    first = await post(discord, {"content": "something new"})
    await expect(page.get_by_text("something new")).to_be_in_viewport()
    await post(discord, {"content": "something newer"}, edits=first)
    await expect(page.get_by_text("something newer")).to_be_in_viewport()
    assert await page.locator("#messages").evaluate(top) >= end
