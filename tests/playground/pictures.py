"""Takes every picture of the documents from the running demo: `make pictures`.

Needs Chromium. Look at each picture before you commit it."""

import asyncio
import io
import re
import shutil
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from time import monotonic
from typing import Any

from PIL import Image
from playwright.async_api import Browser, Page, async_playwright

from bot.playground.demo.stage import CHANNEL, Stage, open_stage
from bot.playground.evolink import Pace
from bot.playground.guild import Message

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
PACE = Pace(seconds=12.0)
UNDO_SECONDS = 4
WIDTH, NARROW, LARGE = (640, 1100), (360, 740), (800, 496)  # pixels
COLOURS, GIF_COLOURS = 128, 64
MARGIN = 8  # pixels around a message
PATIENCE = 60.0  # seconds
LOOKS = 14  # of the playing video
FOX = "a fox in the snow"


class Photographer:
    """Acts as people do, and takes pictures of what they see."""

    def __init__(self, stage: Stage, browser: Browser) -> None:
        self.stage, self._browser = stage, browser

    async def use(self, who: str, command: str, channel: str = CHANNEL, **options: Any) -> Message:
        """The answer to a command."""
        sent = await self.stage.discord.actor(who).command(channel, command, options)
        await sent.responded()
        await self.until(lambda: sent.message)
        assert sent.message is not None
        return sent.message

    async def press(self, who: str, message: Message, verb: str) -> Any:
        """What came of a button, found by what its press means."""
        ids = (str(each.get("custom_id", "")) for each in self.now(message).parts())
        custom_id = next(each for each in ids if f"{each}:".startswith(f"v1:{verb}:"))
        sent = await self.stage.discord.actor(who).press(message, custom_id=custom_id)
        return await sent.responded()

    def now(self, message: Message) -> Message:
        """A message as it is by now."""
        found = self.stage.discord.state.messages.find(message.id)
        assert found is not None
        return found

    async def until(self, holds: Any) -> None:
        """Wait for what people would see."""
        await self.stage.discord.changed(holds, within=PATIENCE)

    async def page(self, who: str, size: tuple[int, int], channel: str = CHANNEL) -> Page:
        """The demo's page as a person sees it."""
        context = await self._browser.new_context(
            locale="en-US", viewport={"width": size[0], "height": size[1]}
        )
        page = await context.new_page()
        await page.add_init_script(f"localStorage.setItem('actor', '{who}')")
        await page.goto(self.stage.page_url)
        number = self.stage.discord.world.channel(channel).id
        await page.locator(f"[data-channel='{number}']").dispatch_event("click")
        return page

    async def take(
        self, name: str, who: str, messages: Sequence[Message], channel: str = CHANNEL
    ) -> None:
        """A picture of consecutive messages."""
        page = await self.page(who, WIDTH, channel)
        rows = [page.locator(f"[data-message='{each.id}']") for each in messages]
        await rows[-1].scroll_into_view_if_needed()
        boxes = [await row.bounding_box() for row in rows]
        tops = [box["y"] for box in boxes if box]
        ends = [box["y"] + box["height"] for box in boxes if box]
        clip = {"x": 0, "y": min(tops) - MARGIN, "width": WIDTH[0]}
        height = max(ends) - min(tops) + 2 * MARGIN
        save(name, await page.screenshot(clip={**clip, "height": height}))  # type: ignore[typeddict-item]
        await page.context.close()

    async def film(self, name: str) -> None:
        """The moving picture: from Enter to the playing video."""
        page = await self.page("maya", LARGE)
        await page.wait_for_function("document.activeElement?.id === 'option-prompt'")
        looks = [(0.0, await page.screenshot())]
        start = monotonic() - 1.5
        await page.keyboard.press("Enter")
        video = page.locator("video")
        while not await video.count():
            await asyncio.sleep(0.9)
            looks.append((monotonic() - start, await page.screenshot()))
        await video.evaluate("film => { film.muted = true; film.scrollIntoView(); film.play(); }")
        for _ in range(LOOKS):
            await asyncio.sleep(0.3)
            looks.append((monotonic() - start, await page.screenshot()))
        await page.context.close()
        save_moving(name, looks)


def save(name: str, shot: bytes) -> None:
    """A still picture, with few colours."""
    picture = Image.open(io.BytesIO(shot)).convert("RGB").quantize(COLOURS)
    picture.save(FOLDER / f"{name}.png", optimize=True)


def save_moving(name: str, looks: Sequence[tuple[float, bytes]]) -> None:
    """A moving picture of the looks at these seconds; the last one stays for a while."""
    times = [at for at, _ in looks]
    lasts = [round(1000 * (b - a)) for a, b in pairwise(times)] + [2500]
    frames = [Image.open(io.BytesIO(shot)).convert("RGB") for _, shot in looks]
    first, *rest = [each.quantize(GIF_COLOURS, dither=Image.Dither.NONE) for each in frames]
    options: dict[str, Any] = {"save_all": True, "append_images": rest, "loop": 0}
    first.save(FOLDER / f"{name}.gif", duration=lasts, optimize=True, **options)


async def make_videos(it: Photographer) -> None:
    """A video that renders, one that fails, and a storyboard."""
    await it.film("demo")
    reply = await it.use("sam", "video", prompt="a lighthouse in a storm", duration=8, sound="on")
    await it.until(lambda: re.search(r"[2-6]\d%", it.now(reply).text))
    await it.take("rendering", "sam", [reply])
    await it.until(lambda: "Ready" in it.now(reply).text)
    it.stage.api.faults.fail_next(code="content_policy_violation")
    failed = await it.use("maya", "video", prompt="a famous person")
    await it.until(lambda: "Could not be made · " in it.now(failed).text)
    news = it.stage.discord.messages("films")[-1]
    why = (await it.press("maya", news, "why")).message
    await it.take("why", "maya", [failed, why])
    for who, line in (("maya", "a fox wakes"), ("leo", "4 it runs"), ("maya", "it finds the sea")):
        board = await add_shot(it, who, line)
    await it.take("storyboard", "leo", [board], "general")


async def add_shot(it: Photographer, who: str, line: str) -> Message:
    """Add a shot; returns the storyboard once the line is on it."""

    def boards() -> list[Message]:
        found = it.stage.discord.messages("general")
        return [each for each in found if "Fox at dawn" in each.text and each.only_for is None]

    if not boards():
        await it.use(who, "storyboard", "general", title="Fox at dawn")
        await it.until(boards)
    form = (await it.press(who, boards()[-1], "board-add")).modal
    await (await it.stage.discord.actor(who).submit(form, {"lines": line})).responded()
    await it.until(lambda: line.lstrip("4 ") in boards()[-1].text)
    return boards()[-1]


async def moderate(it: Photographer) -> None:
    """The panel, a held video, the queue and a refusal."""
    olga, mods = it.stage.discord.actor("olga"), it.stage.discord.world.channel("mods").id
    panel = await it.use("olga", "settings", "mods")
    chosen = (
        ("settings:go", "general"),
        ("set:moderators_channel", str(mods)),
        ("settings:go", "money"),
    )
    for select, value in chosen:
        await (await olga.choose(panel, f"v1:{select}", [value])).responded()
    for path, amount in (("approval.above", "100"), ("budget", "5000")):
        form = (await it.press("olga", panel, f"set:{path}")).modal
        (field,) = [each for each in form.components if each.get("component")]
        values = {field["component"]["custom_id"]: amount}
        await (await olga.submit(form, values)).responded()
    await it.take("panel", "olga", [panel], "mods")
    it.stage.api.faults.stick_next(times=3)
    for who in ("leo", "leo", "olga"):
        await it.use(who, "video", prompt="a train at night")
    await it.until(lambda: len(it.stage.api.tasks) >= 5)
    await it.use("maya", "video", prompt=FOX, duration=10, quality="1080p", sound="on")
    await it.until(lambda: it.stage.discord.messages("mods")[-1].only_for is None)
    await it.take("approval", "sam", [it.stage.discord.messages("mods")[-1]], "mods")
    await it.use("maya", "video", prompt="a kite over the dunes")
    queue = await it.use("sam", "moderate queue", "mods")
    await it.take("queue", "sam", [queue], "mods")
    page = await it.page("sam", NARROW, "mods")
    await page.locator(f"[data-message='{queue.id}']").scroll_into_view_if_needed()
    save("queue-narrow", await page.screenshot())
    await page.context.close()
    await it.use("sam", "limits set", amount="200", measure="credits")
    big = {"duration": 15, "quality": "1080p", "sound": "on"}
    await it.take("refusal", "sam", [await it.use("sam", "video", prompt="a train at noon", **big)])


async def main() -> None:
    """Take all pictures, which takes about a minute."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    async with (
        async_playwright() as playwright,
        open_stage(port=0, pace=PACE, undo_seconds=UNDO_SECONDS) as stage,
    ):
        browser = await playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        it = Photographer(stage, browser)
        await it.until(lambda: stage.discord.actor("maya").offered(CHANNEL))
        await make_videos(it)
        await moderate(it)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
