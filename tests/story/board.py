"""A storyboard's message, as people in a channel use it."""

from bot.playground.guild import Message
from tests.story.harness import Harness


class Board:
    """The message of a storyboard, as people use it."""

    def __init__(self, harness: Harness, channel: str | int = "films") -> None:
        self._harness = harness
        self._channel = channel

    @property
    def message(self) -> Message:
        """The newest board of the channel, as it is now."""
        return [each for each in self._harness.discord.messages(self._channel) if is_board(each)][
            -1
        ]

    async def shows(self, *words: str) -> Message:
        """The board, once it says all of this."""

        def is_there() -> bool:
            found = [e for e in self._harness.discord.messages(self._channel) if is_board(e)]
            return bool(found) and all(each in found[-1].text for each in words)

        await self._harness.until(is_there)
        return self.message

    async def add(self, who: str, lines: str) -> None:
        """Press Add a shot and send the form."""
        form = (await self._harness.press(who, self.message, "Add a shot")).modal
        assert form is not None
        sent = await self._harness.discord.actor(who).submit(form, {"lines": lines})
        await sent.responded()

    async def render(self, who: str) -> None:
        """Press Render and say yes to the price."""
        question = await self._harness.asked(who, self.message, "Render")
        await self._harness.agrees(who, question)


def is_board(message: Message) -> bool:
    return message.only_for is None and "oard started by" in message.text


async def open_board(harness: Harness, who: str = "maya", **options: object) -> Board:
    """Use /storyboard and wait for the board."""
    sent = await harness.discord.actor(who).command("films", "storyboard", options)
    await sent.responded()
    board = Board(harness)
    await board.shows("0 of 15 s")
    return board
