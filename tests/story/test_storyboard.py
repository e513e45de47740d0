"""Several people write a board together, on the real program."""

from bot.playground.guild import Channel
from tests.cogs.harness import shown
from tests.story.board import Board, is_board, open_board
from tests.story.harness import Harness


async def test_who_was_overtaken_is_told_what_changed_and_keeps_the_text(harness: Harness) -> None:
    async with harness.bot():
        board = await open_board(harness)
        await board.add("maya", "a fox wakes")
        await board.shows("a fox wakes")
        panel = await harness.told("maya", board.message, "Change 1")
        stale = (await harness.press("maya", panel, "Edit")).modal
        moderators = await harness.told("sam", board.message, "Change 1")
        fresh = (await harness.press("sam", moderators, "Edit")).modal
        assert stale is not None
        assert fresh is not None
        await (await harness.discord.actor("sam").submit(fresh, {"words": "a wolf"})).responded()
        refused = await shown(
            await harness.discord.actor("maya").submit(stale, {"words": "a red fox"})
        )
        again = (await harness.press("maya", refused, "Open the form again")).modal
        assert again is not None
        await (await harness.discord.actor("maya").submit(again, {})).responded()
        await board.shows("a red fox")

    assert "a wolf" in refused.text
    assert "a red fox" in refused.text
    assert refused.only_for == harness.discord.world.user("maya").id


async def test_open_forms_and_boards_outlive_the_program(harness: Harness) -> None:
    async with harness.bot():
        board = await open_board(harness)
        form = (await harness.press("leo", board.message, "Add a shot")).modal
        assert form is not None

    async with harness.bot():
        await (
            await harness.discord.actor("leo").submit(form, {"lines": "a fox wakes\nit runs"})
        ).responded()
        await board.shows("a fox wakes", "it runs", "6 of 15 s")
    boards = [each for each in harness.discord.messages("films") if is_board(each)]
    assert len(boards) == 1


async def test_only_authors_the_opener_and_moderators_change_a_shot(harness: Harness) -> None:
    async with harness.bot():
        board = await open_board(harness)
        await board.add("leo", "a fox wakes")
        await board.add("maya", "it runs")
        await board.shows("it runs")
        strangers = await harness.told("leo", board.message, "Change 2")
        mine = await harness.told("leo", board.message, "Change 1")
        await harness.press("leo", mine, "Later")
        await board.shows(f"**1** · 3 s · <@{harness.discord.world.user('maya').id}>")
        removing = await harness.told("sam", board.message, "Change 1")
        await harness.press("sam", removing, "Remove")
        await board.shows("3 of 15 s")

    assert not strangers.buttons
    assert "it runs" not in board.message.text


async def test_a_locked_board_takes_no_shots_and_a_new_opener_unlocks_it(harness: Harness) -> None:
    async with harness.bot():
        board = await open_board(harness)
        await board.add("maya", "a fox wakes")
        panel = await harness.told("maya", board.message, "More")
        await harness.press("maya", panel, "Lock")
        await board.shows("locked")
        refused = await harness.told("leo", board.message, "Add a shot")
        form = (await harness.press("maya", panel, "Hand over")).modal
        assert form is not None
        leo = harness.discord.world.user("leo").id
        await (await harness.discord.actor("maya").submit(form, {"person": [str(leo)]})).responded()
        await board.shows(f"started by <@{leo}>")
        await harness.press("leo", await harness.told("leo", board.message, "More"), "Unlock")
        await harness.until(lambda: "locked" not in board.message.text)
        await harness.press("leo", await harness.told("leo", board.message, "More"), "Close")
        closed = await board.shows("closed")

    assert "The storyboard “a fox wakes” is locked" in refused.text
    assert not closed.buttons


async def test_options_two_people_change_at_once_are_both_kept(harness: Harness) -> None:
    async with harness.bot():
        board = await open_board(harness)
        await board.add("maya", "a fox wakes")
        forms = []
        for who in ("maya", "sam"):
            panel = await harness.told(who, board.message, "More")
            forms.append((await harness.press(who, panel, "Options")).modal)
        await harness.discord.actor("maya").submit(forms[0], {"aspect_ratio": ["9:16"]})
        await board.shows("9:16")
        await harness.discord.actor("sam").submit(
            forms[1], {"sound": ["on"], "negative_prompt": "rain"}
        )
        await board.shows("9:16", "sound on", "rain")
        await board.render("maya")
        await harness.film()

    body = harness.api.requests[0].body
    assert (body["aspect_ratio"], body["sound"], body["negative_prompt"]) == ("9:16", "on", "rain")


async def test_refused_options_come_back_as_they_were_chosen(harness: Harness) -> None:
    async with harness.bot():
        board = await open_board(harness)
        await board.add("maya", "a fox wakes")
        maya, sam = harness.discord.actor("maya"), harness.discord.actor("sam")
        forms = []
        for who in ("maya", "sam"):
            panel = await harness.told(who, board.message, "More")
            forms.append((await harness.press(who, panel, "Options")).modal)
        earlier = {"quality": ["1080p"], "negative_prompt": "rain"}
        await (await sam.submit(forms[1], earlier)).responded()
        chosen = {"aspect_ratio": ["9:16"], "sound": ["on"], "negative_prompt": "people"}
        refused = await shown(await maya.submit(forms[0], chosen))
        again = (await harness.press("maya", refused, "Open the form again")).modal

    assert again is not None
    fields = {part["component"]["custom_id"]: part["component"] for part in again.components}
    assert fields["negative_prompt"]["value"] == "people"
    picked = {
        name: next(each["value"] for each in fields[name]["options"] if each.get("default"))
        for name in ("aspect_ratio", "sound", "quality")
    }
    assert picked == {"aspect_ratio": "9:16", "sound": "on", "quality": "1080p"}


async def test_a_message_becomes_a_shot_and_a_film(harness: Harness) -> None:
    async with harness.bot():
        words = harness.discord.actor("sam").say("films", "3 little pigs\nat sea")
        leo = harness.discord.actor("leo")
        none = await shown(await leo.menu("films", words, "Add to storyboard"))
        board = await open_board(harness)
        added = await shown(await leo.menu("films", words, "Add to storyboard"))
        await board.shows("3 little pigs at sea")
        form = (await (await leo.menu("films", words, "Make a video of this")).responded()).modal
        assert form is not None
        await (await leo.submit(form, {})).responded()
        await harness.film()

    assert "No storyboard is open" in none.text
    assert "Added to **Storyboard 1**" in added.text
    assert harness.api.requests[0].body["prompt"] == "3 little pigs\nat sea"


async def test_a_board_in_a_thread_of_its_own_is_filmed_there(harness: Harness) -> None:
    async with harness.bot():
        maya = harness.discord.actor("maya")
        await (await maya.command("films", "storyboard", {"thread": True})).responded()
        await harness.until(lambda: any(e.name == "Storyboard 1" for e in places(harness)))
        sent = await maya.command("films", "storyboard", {"title": "Fox at dawn", "thread": True})
        await sent.responded()
        await harness.until(lambda: any(e.name == "Fox at dawn" for e in places(harness)))
        thread = next(each for each in places(harness) if each.name == "Fox at dawn")
        board = Board(harness, thread.id)
        await board.shows("0 of 15 s")
        await board.add("leo", "a fox wakes")
        await board.shows("a fox wakes")
        await board.render("leo")
        await harness.film(1, thread.id)
        announced = [e for e in harness.discord.messages("films") if "New storyboard" in e.text]

    lines = [each.text.splitlines()[0] for each in announced]
    assert lines.count(f"New storyboard: **Fox at dawn** in <#{thread.id}>") == 1


def places(harness: Harness) -> list[Channel]:
    """All channels and threads."""
    return list(harness.discord.world.channels.values())


async def test_rules_hold_for_what_a_film_of_the_board_must_not_show_too(harness: Harness) -> None:
    async with harness.bot():
        rule = {"name": "no gore", "word": "gore"}
        await shown(await harness.discord.actor("sam").command("films", "rules add", rule))
        board = await open_board(harness)
        panel = await harness.told("maya", board.message, "More")
        form = (await harness.press("maya", panel, "Options")).modal
        assert form is not None
        sent = await harness.discord.actor("maya").submit(form, {"negative_prompt": "Gore, rain"})
        refused = await shown(sent)

    assert "rule **no gore** does not allow: gore" in refused.text
    assert "Gore, rain" in refused.text
    assert "Gore" not in board.message.text


async def test_boards_without_a_title_are_called_by_number_and_then_by_their_first_shot(
    harness: Harness,
) -> None:
    async with harness.bot():
        first = await open_board(harness)
        await first.shows("### Storyboard 1")
        await first.add("maya", "a fox wakes")
        await first.shows("### a fox wakes")
        await open_board(harness)
        await first.shows("### Storyboard 2")
        maya = harness.discord.actor("maya")
        for _ in range(3):
            await shown(await maya.command("films", "storyboard"))
        refused = await shown(await maya.command("films", "storyboard"))

    assert "a fox wakes, Storyboard 2, Storyboard 3, Storyboard 4, and Storyboard 5" in refused.text


async def test_whoever_adds_a_shot_reads_whose_seconds_it_shortened(harness: Harness) -> None:
    maya, leo = (harness.discord.world.user(name).id for name in ("maya", "leo"))
    async with harness.bot():
        board = await open_board(harness)
        await board.add("maya", "9 s a fox wakes\nit runs")
        await board.shows("12 of 15 s")
        await board.add("leo", "it sleeps")
        await board.shows("15 of 15 s")
        await board.add("leo", "the sea")
        await board.shows("the sea")
        seen = harness.discord.actor("leo").messages("films")
        told = [each for each in seen if each.only_for == leo]

    assert [each.text for each in told] == [
        f"To make room, shot 2 by <@{maya}> went from 3 s to 2 s.\n"
        f"To make room, shot 3 by <@{leo}> went from 3 s to 2 s."
    ]
