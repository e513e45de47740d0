"""What the bot's cards are made of: links, galleries, covers, and whose they are."""

import pytest
from playwright.async_api import Page, expect

from bot.playground.guild import LocalDiscord
from tests.playground.page.steps import post

pytestmark = pytest.mark.asyncio(loop_scope="session")

V2 = 1 << 15
CARDS = 4  # more than the gallery's rows of two


def picture(number: int, spoiler: bool = False) -> dict[str, object]:
    address = {"url": f"https://127.0.0.1:1/{number}.png"}
    return {"media": address, "description": f"picture {number}", "spoiler": spoiler}


async def test_a_button_that_is_a_link_opens_another_page_which_learns_nothing(
    page: Page, discord: LocalDiscord
) -> None:
    link = {"type": 2, "style": 5, "label": "Original file", "url": "https://example.com/a.mp4"}
    shut = {**link, "label": "Gone", "url": "https://example.com/b.mp4", "disabled": True}
    await post(discord, {"content": "x", "components": [{"type": 1, "components": [link, shut]}]})
    shown = page.get_by_role("link", name="Original file")
    await expect(shown).to_have_attribute("href", "https://example.com/a.mp4")
    await expect(shown).to_have_attribute("target", "_blank")
    await expect(shown).to_have_attribute("rel", "noopener noreferrer")
    gone = page.get_by_role("link", name="Gone")
    await expect(gone).to_be_disabled()
    assert await gone.get_attribute("href") is None


async def test_nothing_under_a_cover_is_seen_or_reached_before_it_is_taken_away(
    page: Page, discord: LocalDiscord
) -> None:
    button = {"type": 2, "style": 2, "label": "Under it", "custom_id": "under"}
    row, text = {"type": 1, "components": [button]}, {"type": 10, "content": "the end"}
    card = {"type": 17, "spoiler": True, "components": [text, row]}
    await post(discord, {"flags": V2, "components": [card]})
    cover, under = (page.get_by_role("button", name=name) for name in ("Spoiler", "Under it"))
    await expect(cover).to_be_visible()
    await expect(under).to_have_count(0)
    await expect(page.get_by_text("the end")).to_be_hidden()
    await cover.press("Enter")
    await expect(page.get_by_text("the end")).to_be_visible()
    await expect(under).to_be_focused()


async def test_a_cover_taken_away_stays_away_when_the_card_changes(
    page: Page, discord: LocalDiscord
) -> None:
    def card(text: str) -> dict[str, object]:
        inside = [{"type": 10, "content": text}]
        return {"flags": V2, "components": [{"type": 17, "spoiler": True, "components": inside}]}

    message = await post(discord, card("one"))
    await page.get_by_role("button", name="Spoiler").click()
    await expect(page.get_by_text("one")).to_be_visible()
    await post(discord, card("two"), edits=message)
    await expect(page.get_by_text("two")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 360])
async def test_several_pictures_stand_side_by_side_within_their_card(
    page: Page, discord: LocalDiscord, width: int
) -> None:
    await page.set_viewport_size({"width": width, "height": 740})
    await page.route("**/*.png", lambda route: route.fulfill(body=b"", content_type="image/png"))
    gallery = {"type": 12, "items": [picture(number, number == 3) for number in range(CARDS)]}
    await post(discord, {"flags": V2, "components": [{"type": 17, "components": [gallery]}]})
    figures = page.locator(".gallery figure")
    await expect(figures).to_have_count(CARDS)
    boxes = [await figures.nth(number).bounding_box() for number in range(CARDS)]
    assert [(box["x"], box["y"]) for box in boxes if box] == [
        (x, y)
        for y in sorted({box["y"] for box in boxes if box})
        for x in sorted({box["x"] for box in boxes if box})
    ]
    await expect(page.get_by_role("img", name="picture 2")).to_be_visible()
    await expect(page.get_by_role("img", name="picture 3")).to_have_count(0)
    assert await page.evaluate("document.documentElement.scrollWidth") == width
