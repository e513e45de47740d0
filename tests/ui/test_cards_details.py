"""A video looked up: its details, lists, the inbox, and what is left of its file."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from bot.ui import cards
from bot.ui.film_message import Sight, Whereabouts
from bot.ui.texts import say
from bot.video.values.cards import BoardName, Take
from bot.video.values.contents import FilmContent
from tests.ui.conftest import FILM_URL, KEPT_URL


def test_the_list_turns_pages_only_where_there_are_some(seen: Any, finished: Any) -> None:
    def buttons(**where: Any) -> set[str]:
        view = cards.film_list([finished()] * 10, locale="en-US", **where)
        return set(seen(view).buttons)

    assert buttons(page=0, has_more=False) == {"Show"}
    assert buttons(page=0, has_more=True) == {"Show", "Older"}
    assert buttons(page=2, has_more=True) == {"Show", "Newer", "Older"}


def test_the_list_names_takes_by_number_and_a_boards_video_by_its_title(
    seen: Any, finished: Any
) -> None:
    kite = Take(number=4, board=BoardName(words="The lost kite"))
    second, of_board = finished(take=2), replace(finished(), take=kite)
    listed = seen(cards.film_list([second, of_board], locale="en-US", page=0, has_more=False))

    assert "a fox in the snow · Take 2" in listed.text
    assert "Take 4 of the storyboard “The lost kite”" in listed.text


def test_an_empty_list_says_how_to_begin(seen: Any) -> None:
    assert "/video" in seen(cards.film_list([], locale="en-US", page=0, has_more=False)).text


def test_a_film_is_shown_with_its_fresh_address(details: Any, finished: Any) -> None:
    fresh = "https://cdn.example/fresh.mp4?ex=1"
    shown = details(finished(), found=Whereabouts(url=fresh))

    assert fresh in shown.text
    assert FILM_URL not in shown.text
    assert "https://discord.com/channels/1/2/99" in shown.text


def test_the_details_show_the_id_by_which_a_film_is_found_again(
    details: Any, finished: Any
) -> None:
    card = finished()
    shown = details(card)

    assert f"`{card.task.id}`" in shown.text
    assert "its details" in say("option.videos.show.id", "en-US")


def test_a_dead_link_says_since_when_and_what_making_it_again_costs(
    details: Any, finished: Any, noon: Any
) -> None:
    shown = details(finished(), now=noon + timedelta(days=2), price=540_000)

    assert f"stopped working <t:{int(noon.timestamp()) + 86400}:R>" in shown.text
    assert "54 credits ($0.79)" in shown.text
    assert FILM_URL not in shown.text
    assert "Again · 27 credits" in shown.buttons


def test_a_message_that_is_gone_is_not_linked(details: Any, finished: Any, noon: Any) -> None:
    later = noon + timedelta(days=2)
    shown = details(finished(), now=later, found=Whereabouts(message=Sight.GONE))

    assert "discord.com" not in shown.text
    assert "stopped working" in shown.text


def test_a_film_that_discord_says_nothing_of_is_not_called_gone(
    details: Any, finished: Any, noon: Any
) -> None:
    found = Whereabouts(message=Sight.UNKNOWN)
    linked = details(finished(), found=found)
    ended = details(finished(), found=found, now=noon + timedelta(days=2))

    assert FILM_URL in linked.text
    assert "Couldn't get the file" in ended.text
    assert "Making the video again" not in ended.text
    assert "https://discord.com/channels/1/2/99" in ended.text


def test_a_deleted_film_shows_no_way_to_its_file(details: Any, finished: Any) -> None:
    shown = details(finished(deleted_by=7))

    assert "Deleted" in shown.text
    assert FILM_URL not in shown.text


@pytest.fixture
def kept(finished: Any) -> Any:
    """A video that was too large for Discord, and kept."""

    def make(**task: Any) -> Any:
        card = finished(**task)
        return replace(card, film=replace(card.film, content=FilmContent(kept_at=KEPT_URL)))

    return make


def test_a_copy_that_is_kept_is_linked_before_the_apis_own(
    seen: Any, details: Any, kept: Any, noon: Any
) -> None:
    card, later = kept(), noon + timedelta(days=2)
    copies = {card.task.id: KEPT_URL}

    waiting = seen(cards.inbox([card], [], locale="en-US", now=later, kept=copies))
    full = details(card, now=later, found=Whereabouts(kept_at=KEPT_URL))

    assert waiting.buttons == {"Open the file": KEPT_URL}
    assert KEPT_URL in full.text


@pytest.mark.parametrize("message", Sight)
def test_a_copy_that_is_not_kept_any_more_is_told_with_what_is_left(
    details: Any, kept: Any, noon: Any, message: Sight
) -> None:
    found = Whereabouts(message=message)
    early = details(kept(), found=found)
    late = details(kept(), now=noon + timedelta(days=2), price=540_000, found=found)
    forgotten = details(kept(film_url=None, film_until=None), price=540_000, found=found)

    for shown in (early, late, forgotten):
        assert "no longer has the file" in shown.text
        assert KEPT_URL not in shown.text
    assert FILM_URL in early.text
    assert "costs about 54 credits" not in early.text
    assert "stopped working" in late.text
    assert "costs about 54 credits" in late.text
    assert "costs about 54 credits" in forgotten.text


def test_the_inbox_hands_over_the_file_while_its_link_works(
    seen: Any, finished: Any, kept: Any, noon: Any
) -> None:
    def waiting(card: Any, days: int) -> Any:
        now = noon + timedelta(days=days)
        return seen(cards.inbox([card], [], locale="en-US", now=now, kept={}))

    assert waiting(finished(), 0).buttons == {"Open the file": FILM_URL}
    assert list(waiting(finished(), 2).buttons) == ["Show"]
    assert waiting(kept(), 0).buttons == {"Open the file": FILM_URL}
    assert list(waiting(kept(), 2).buttons) == ["Show"]
    nothing = seen(cards.inbox([], [], locale="en-US", now=noon, kept={}))
    assert "Nothing is waiting" in nothing.text
