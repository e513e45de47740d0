"""A film that several people write together, on the real program, from the board to the film."""

from bot.playground.guild import Message
from tests.story.stage import Stage


class Board:
    """The message of a storyboard, as people use it."""

    def __init__(self, stage: Stage, channel: str | int = "films") -> None:
        self._stage = stage
        self._channel = channel

    @property
    def message(self) -> Message:
        """The newest board of the channel, as it is now."""
        return [each for each in self._stage.discord.messages(self._channel) if _is_board(each)][-1]

    async def shows(self, *words: str) -> Message:
        """The board, once it says all of this."""

        def is_there() -> bool:
            found = [e for e in self._stage.discord.messages(self._channel) if _is_board(e)]
            return bool(found) and all(each in found[-1].text for each in words)

        await self._stage.until(is_there)
        return self.message

    async def add(self, who: str, lines: str) -> None:
        """Press Add a shot and send the form."""
        form = (await self._stage.press(who, self.message, "Add a shot")).modal
        assert form is not None
        sent = await self._stage.discord.actor(who).submit(form, {"lines": lines})
        await sent.responded()

    async def render(self, who: str) -> None:
        """Press Render and say yes to the price."""
        question = await self._stage.told(who, self.message, "Render")
        await self._stage.press(who, question, "Yes, render it")


def _is_board(message: Message) -> bool:
    return message.only_for is None and "oard opened by" in message.text


async def open_board(stage: Stage, who: str = "maya", **options: object) -> Board:
    """Use /storyboard and wait for the board."""
    sent = await stage.discord.actor(who).command("films", "storyboard", options)
    await sent.responded()
    board = Board(stage)
    await board.shows("0 of 15 s")
    return board


async def test_a_board_that_three_people_write_is_filmed_shot_for_shot(stage: Stage) -> None:
    async with stage.bot():
        board = await open_board(stage, title="Fox at dawn")
        await board.add("maya", "a fox wakes")
        await board.add("leo", "4 it runs")
        await board.add("sam", "it finds the sea")
        await board.shows("Fox at dawn", "a fox wakes", "it runs", "it finds the sea", "10 of 15 s")
        await board.render("leo")
        film = await stage.film()
        await board.shows("Take 1 by", "Ready")

    body = stage.api.requests[0].body
    assert isinstance(body, dict)
    assert body["duration"] == 10
    assert body["model_params"]["multi_prompt"] == [
        {"index": 1, "prompt": "a fox wakes", "duration": "3"},
        {"index": 2, "prompt": "it runs", "duration": "4"},
        {"index": 3, "prompt": "it finds the sea", "duration": "3"},
    ]
    people = [stage.discord.world.user(name).id for name in ("maya", "leo", "sam")]
    assert all(f"<@{each}>" in film.text for each in people)
    assert film.pinged == {people[1]}
