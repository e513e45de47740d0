"""Several takes of one request on the real program: one card, one message, a vote."""

import asyncio

from bot.playground.guild import Message, Modal
from bot.playground.guild.messages import walk
from tests.cogs.harness import shown
from tests.story.board import open_board
from tests.story.harness import Harness, with_film


async def test_three_takes_are_one_card_and_one_message_with_a_vote(harness: Harness) -> None:
    async with harness.bot():
        sent = await harness.video(takes=3)
        assert "81 credits" in (await shown(sent)).text
        assert "3 takes" in (await shown(sent)).text
        film = await harness.film()
        await harness.reads(sent, "see the video")
        await harness.quiet()

    assert len(harness.api.requests) == 3
    assert len(harness.films()) == 1
    assert "3 takes of your video are ready" in film.text
    assert len([each for each in harness.discord.requests if with_film(each)]) == 1
    assert sorted(film.buttons) == ["Again · 81 credits", "Edit", "More", "👍 1", "👍 2", "👍 3"]
    assert harness.pings("maya") == 1
    assert len(film.attachments) == 3
    assert film.text.count("Original file") == 1
    assert all(f"[{number}](http" in film.text for number in (1, 2, 3))


async def test_people_vote_and_the_message_counts_without_a_word(harness: Harness) -> None:
    async with harness.bot():
        await harness.video(takes=2)
        film = await harness.film()
        voted = [
            await harness.press(who, harness.films()[0], "👍 2") for who in ("maya", "leo", "sam")
        ]
        await harness.until(lambda: "👍 2 · 3 votes" in harness.films()[0].buttons)
        await harness.press("leo", harness.films()[0], "👍 1")
        await harness.until(lambda: "👍 1 · 1 vote" in harness.films()[0].buttons)
        assert "👍 2 · 2 votes" in harness.films()[0].buttons
        voted.append(await harness.press("leo", harness.films()[0], "👍 1"))
        await harness.until(lambda: "👍 1" in harness.films()[0].buttons)

    assert [each for sent in voted for each in sent.said() if each.only_for is not None] == []
    assert len(harness.films()[0].attachments) == len(film.attachments) == 2


async def test_a_vote_that_arrives_late_does_not_uncover_the_videos(harness: Harness) -> None:
    async with harness.bot():
        await harness.video(takes=2)
        film = await harness.film()
        late = harness.discord.faults.add("POST /interactions/*/callback", delay=1.0)
        voted = asyncio.create_task(harness.press("leo", film, "👍 2"))
        await harness.until(lambda: bool(late))
        more = await shown(await harness.press("sam", film, "More"))
        details = await shown(await harness.press("sam", more, "Details"))
        await shown(await harness.press("sam", details, "Cover (spoiler)"))
        await shown(await voted)
        await harness.until(lambda: "👍 2 · 1 vote" in harness.films()[0].buttons)
        await harness.quiet()

    assert "'spoiler': True" in str(harness.films()[0].components)


async def test_again_and_edit_keep_the_number(harness: Harness) -> None:
    async with harness.bot():
        await harness.video(takes=2)
        film = await harness.film()
        await harness.press("leo", film, "Again · 54 credits")
        await harness.film(2)
        form = await harness.asked("maya", harness.films()[0], "Edit")
        await harness.agrees("maya", form)
        last = await harness.film(3)

    assert len(harness.api.requests) == 6
    assert "2 takes of your video are ready" in last.text


async def test_a_board_is_rendered_in_several_takes(harness: Harness) -> None:
    async with harness.bot():
        board = await open_board(harness, title="Fox at dawn")
        await board.add("maya", "a fox wakes")
        await board.shows("a fox wakes")
        question = await harness.asked("leo", board.message, "Render")
        sent = await harness.discord.actor("leo").submit(question, {"takes": "2"})
        await sent.responded()
        film = await harness.film()
        await board.shows("Take 1 by", "Take 2 by", "Ready")
        await harness.press("maya", film, "👍 2")
        await board.shows("1 vote")

    assert len(harness.api.requests) == 2
    assert "2 takes of your video are ready" in film.text
    assert "Takes 1 to 2 of **Fox at dawn**" in film.text


async def test_the_takes_of_a_board_have_one_number_everywhere(harness: Harness) -> None:
    async with harness.bot():
        board = await open_board(harness, title="Fox at dawn")
        await board.add("maya", "a fox wakes")
        await board.shows("a fox wakes")
        for number in (1, 2):
            question = await harness.asked("leo", board.message, "Render")
            sent = await harness.discord.actor("leo").submit(question, {"takes": "2"})
            await sent.responded()
            film = await harness.film(number)
        await harness.press("maya", film, "👍 4")
        await board.shows("Take 4 by")

    assert "Takes 3 to 4 of **Fox at dawn**" in film.text
    assert {"👍 3", "👍 4"} <= set(film.buttons)


async def test_render_offers_what_fits_keeps_the_number_and_says_what_is_being_made(
    harness: Harness,
) -> None:
    harness.api.faults.stick_next(times=None)
    async with harness.bot(DEFAULT_AT_ONCE="3"):
        board = await open_board(harness)
        await board.add("maya", "a fox wakes")
        await board.shows("a fox wakes")
        question = await harness.asked("leo", board.message, "Render")
        await board.add("maya", "it runs")
        await board.shows("it runs")
        sent = await harness.discord.actor("leo").submit(question, {"takes": "2"})
        told = await shown(sent)
        again = await harness.asked("leo", told, "Open the form again")
        sent = await harness.discord.actor("leo").submit(again, {"takes": "2"})
        await sent.responded()
        later = await harness.asked("maya", board.message, "Render")

    def options(form: Modal) -> list[tuple[str, bool]]:
        (select,) = [part for part in walk(form.components) if "options" in part]
        return [(each["value"], each.get("default", False)) for each in select["options"]]

    assert options(question) == [("1", True), ("2", False), ("3", False)]
    assert options(again) == [("1", False), ("2", True), ("3", False)]
    assert "2 takes are being made." in str(later.components)
    assert "being made" not in str(again.components)


async def test_the_message_follows_votes_on_its_board_and_under_other_takes(
    harness: Harness,
) -> None:
    async with harness.bot():
        board = await open_board(harness, title="Fox at dawn")
        await board.add("maya", "a fox wakes")
        await board.shows("a fox wakes")
        for count in (1, 2):
            question = await harness.asked("leo", board.message, "Render")
            sent = await harness.discord.actor("leo").submit(question, {"takes": "2"})
            await sent.responded()
            await harness.film(count)
            await board.shows(f"Take {2 * count} by")
        await harness.until(lambda: board.message.text.count("Ready") == 4)
        oldest, newest = sorted(harness.films(), key=lambda each: each.id)

        def counted(film: Message) -> list[str]:
            now = next(each for each in harness.films() if each.id == film.id)
            return [label for label in now.buttons if "vote" in label]

        await harness.told("sam", board.message, "👍 2")
        await harness.until(lambda: counted(oldest))
        await harness.told("sam", board.message, "👍 4")
        await harness.until(lambda: counted(newest) and not counted(oldest))
        await harness.press("sam", oldest, next(each for each in oldest.buttons if "👍" in each))
        await harness.until(lambda: counted(oldest) and not counted(newest))
        await harness.quiet()

    assert len(newest.attachments) == 2


async def test_deleting_the_message_deletes_every_take(harness: Harness) -> None:
    async with harness.bot():
        sent = await harness.video(takes=2)
        film = await harness.film()
        more = await harness.more("maya", film)
        question = await harness.asked("maya", more, "Delete")
        assert "all 2 takes" in str(question.components)
        await harness.agrees("maya", question)
        await harness.until(lambda: not harness.films())
        await harness.reads(sent, "deleted")


async def test_the_best_take_of_a_board_goes_to_the_showcase(harness: Harness) -> None:
    general = harness.discord.world.channel("general").id
    sam = harness.discord.actor("sam")
    async with harness.bot():
        page = await shown(await sam.command("films", "settings", {"page": "general"}))
        await (await sam.choose(page, "v1:set:showcase_channel", [str(general)])).responded()
        board = await open_board(harness, title="Fox at dawn")
        await board.add("maya", "a fox wakes")
        await board.shows("a fox wakes")
        question = await harness.asked("leo", board.message, "Render")
        await (await harness.discord.actor("leo").submit(question, {"takes": "2"})).responded()
        film = await harness.film()
        panel = await harness.told("maya", board.message, "More")
        select = next(
            part["custom_id"] for part in panel.parts() if "board-best" in part.get("custom_id", "")
        )
        (best,) = [
            each["value"]
            for part in panel.parts()
            for each in part.get("options", [])
            if each["label"] == "Take 2"
        ]
        await (await harness.discord.actor("maya").choose(panel, select, [best])).responded()
        await board.shows("⭐")
        panel = await harness.told("maya", board.message, "More")
        await harness.told("maya", panel, "Send the best to showcase")
        await harness.until(lambda: harness.discord.messages("general"))
        said = await harness.told("maya", panel, "Send the best to showcase")

    (shown_there,) = harness.discord.messages("general")
    assert "Take 2 of **Fox at dawn**" in shown_there.text
    assert f"<@{harness.discord.world.user('leo').id}>" in shown_there.text
    assert f"/{film.channel_id}/{film.id})" in shown_there.text
    assert len(shown_there.attachments) == 1
    assert f"/{shown_there.channel_id}/{shown_there.id})" in said.text
