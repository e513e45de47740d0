"""Text from a form that was refused comes back in the form, letter by letter."""

from typing import Any

import pytest

from bot.errors import CommitUnknown, StorageDown
from bot.playground.guild import Message, Sent
from tests.cogs.harness import Harness, shown

AGAIN = "Open the form again"
SHOTS = {"prompt": "a fox", "shots": "customize", "duration": 5}
LONG = "\n".join(["1 " + "a" * 498] * 6)  # 6 s of 5


async def form(harness: Harness, **options: Any) -> Sent:
    """The form for one's own shots."""
    maya = harness.discord.actor("maya")
    return await (await maya.command("films", "video", {**SHOTS, **options})).responded()


async def refused(harness: Harness, opened: Sent, texts: dict[str, str]) -> Message:
    """What is read after a form was sent that cannot be taken."""
    assert opened.modal is not None
    return await shown(await harness.discord.actor("maya").submit(opened.modal, texts))


async def again(harness: Harness, message: Message) -> list[str]:
    """The texts in the form that opens again."""
    pressed = await harness.discord.actor("maya").press(message, label=AGAIN)
    modal = (await pressed.responded()).modal
    assert modal is not None
    return [part["component"].get("value") or "" for part in modal.components]


@pytest.mark.parametrize(
    ("shots", "negative"),
    [
        ("9 a fox\n9 it runs", ""),
        ("9 a fox\n9 it runs", "``` fenced ```` [x](http://y) @everyone"),
        ("9 a fox\n9 " + "`" * 7, "a\n\nb"),
        (LONG, "b" * 2500),
        ("9 " + "`" * 3000, ""),
        ("9 " + "`" * 3000, "`" * 2500),
    ],
    ids=["short", "fences", "backticks", "too long for a message", "ticks", "ticks everywhere"],
)
async def test_a_text_that_is_not_taken_comes_back_whole(
    harness: Harness, shots: str, negative: str
) -> None:
    texts = {"shots": shots, "negative_prompt": negative}

    message = await refused(harness, await form(harness), texts)

    assert await again(harness, message) == [shots, negative]
    assert message.text.count("```") in (0, 2 * bool(shots) + 2 * bool(negative))


@pytest.mark.parametrize("error", [StorageDown("full"), CommitUnknown("cut")])
async def test_it_comes_back_too_when_nothing_can_be_kept(
    harness: Harness, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    async def fail(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(harness.videos, "accept", fail)
    message = await refused(
        harness, await form(harness), {"shots": "5 a fox", "negative_prompt": ""}
    )

    assert await again(harness, message) == ["5 a fox", ""]


async def test_a_file_that_cannot_be_read_is_said_and_stays(harness: Harness) -> None:
    texts = {"shots": LONG, "negative_prompt": "b" * 2500}
    message = await refused(harness, await form(harness), texts)
    for file in message.attachments:
        file.path.unlink()

    told = await shown(await harness.discord.actor("maya").press(message, label=AGAIN))

    assert "copy it from the file" in told.text


async def test_a_number_that_may_count_is_asked_about_and_the_text_comes_back_clear(
    harness: Harness,
) -> None:
    message = await refused(harness, await form(harness), {"shots": "a fox wakes\n2 people dance"})

    assert "2 seconds" in message.text
    assert "people dance" in message.text
    assert (await again(harness, message))[0] == "a fox wakes\n- 2 people dance"
    pressed = await harness.discord.actor("maya").press(message, label=AGAIN)
    modal = (await pressed.responded()).modal
    assert modal is not None
    card = await shown(await harness.discord.actor("maya").submit(modal, {}))
    assert "2 people dance" in card.text
    assert [shot.seconds for shot in (await harness.film()).request.spec.shots] == [3, 2]
