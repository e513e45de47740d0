"""A storyboard's message and panels: complete, within Discord's limits, no live markup."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.ui import board_forms, cards
from bot.ui.cards.film import writers
from bot.ui.finding import Sought
from bot.video.storyboards import edits
from bot.video.storyboards.rights import Hand
from bot.video.values.boards import Board, BoardCard, BoardShot, BoardState, Lineage
from bot.video.values.cards import BoardName, Card, Take
from bot.video.values.catalogue import ShotType
from bot.video.values.videos import Shot, State, VideoSpec

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
OPENER, AUTHOR, STRANGER = Hand(user_id=7), Hand(user_id=8), Hand(user_id=9)
BOARD_ID = "board000000000000001"


def board(*prompts: str, **changes: Any) -> Board:
    empty = Board(
        id=BOARD_ID,
        server_id=1,
        channel_id=2,
        opener_id=OPENER.user_id,
        title="Fox at dawn",
        locale="en-US",
        options=VideoSpec(prompt=""),
        created_at=NOON,
        changed_at=NOON,
    )
    shots = [
        BoardShot(id=f"shot{number:016}", prompt=prompt, author_id=AUTHOR.user_id)
        for number, prompt in enumerate(prompts)
    ]
    return replace(edits.add(empty, shots, by=OPENER) if shots else empty, **changes)


def card(it: Board, *takes: Card) -> BoardCard:
    numbered = (
        replace(each, take=Take(number=number, board=it.name))
        for number, each in enumerate(takes, start=1)
    )
    return BoardCard(board=it, takes=tuple(numbered), price=648_000)


def test_a_board_shows_its_shots_their_authors_the_seconds_and_the_price(seen: Any) -> None:
    shown = seen(cards.board(card(board("a fox wakes", "it runs")), per_usd=68))

    assert "Fox at dawn" in shown.text
    assert "**2** · 3 s · <@8>\n> it runs" in shown.text
    assert "6 of 15 s" in shown.text
    assert "65 credits ($0.95)" in shown.text
    assert {"Add a shot", "Render", "More", "Change 1", "Change 2"} == set(shown.buttons)


def test_a_shot_that_another_person_rewrote_names_both(seen: Any) -> None:
    it = board("a fox")
    it = replace(it, shots=(replace(it.shots[0], changed_by=STRANGER.user_id),))

    assert "**1** · 3 s · <@8>, changed by <@9>" in seen(cards.board(card(it), per_usd=68)).text


def test_a_board_without_shots_says_so_and_cannot_be_rendered(seen: Any) -> None:
    shown = seen(cards.board(card(board()), per_usd=68))

    assert "Render" not in shown.buttons
    assert "0 of 15 s" in shown.text
    assert "⚠️" in shown.text


def test_a_full_board_takes_no_more_shots(seen: Any) -> None:
    shown = seen(cards.board(card(board(*"abcdef")), per_usd=68))

    assert "Add a shot" not in shown.buttons
    assert "Render" in shown.buttons


def test_takes_are_listed_with_their_makers_and_lead_to_their_films(
    seen: Any, a_card: Callable[..., Card], a_film: Any
) -> None:
    takes = [
        a_card(State.COMPLETED, film=a_film()),
        a_card(State.RUNNING, task={"progress": 40, "remote_id": "r"}),
        a_card(State.FAILED),
    ]
    shown = seen(cards.board(card(board("a fox"), *takes), per_usd=68))

    assert "Take 1 by <@7>: [Ready](https://discord.com/channels/1/2/99)" in shown.text
    assert "Take 2 by <@7>: rendering, 40%" in shown.text
    assert "Take 3 by <@7>: Could not be made" in shown.text


def test_a_closed_board_has_no_buttons(seen: Any) -> None:
    assert not seen(cards.board(card(board("a fox", state=BoardState.CLOSED)), per_usd=68)).buttons


@pytest.mark.parametrize(
    "words", ["@everyone <@1> [x](https://evil.example) ", "*_~|`\\", "𝔣ox é\u0301", "x" * 600]
)
def test_the_fullest_board_stays_within_discords_limits(
    seen: Any, a_card: Callable[..., Card], a_film: Any, words: str
) -> None:
    prompts = [(words * 512)[:512]] * 6
    spec = VideoSpec(prompt="", negative_prompt=(words * 2500)[:2500], watermark=True)
    full = board(*prompts, title=(words * 100)[:100], options=spec, locale="es-ES")
    takes = [a_card(State.COMPLETED, film=a_film())] * 6
    shown = seen(cards.board(card(full, *takes), per_usd=0.01))
    panel = seen(cards.shot_panel(full, full.shots[0], OPENER, "es-ES"))

    assert len(shown.text) <= 4000
    assert shown.count <= 40
    assert "@everyone" not in shown.text + panel.text
    assert "](https://evil" not in shown.text + panel.text


def test_a_shots_panel_offers_changes_to_who_may_make_them(seen: Any) -> None:
    it = board("a fox wakes")

    mine = seen(cards.shot_panel(it, it.shots[0], AUTHOR, "en-US"))
    theirs = seen(cards.shot_panel(it, it.shots[0], STRANGER, "en-US"))

    assert set(mine.buttons) == {"Edit", "Earlier", "Later", "Remove"}
    assert not theirs.buttons


def test_the_panel_of_a_board_offers_what_its_reader_may_do(seen: Any) -> None:
    it = board("a fox wakes")

    assert set(seen(cards.board_panel(it, STRANGER, [], "en-US")).buttons) == {
        "Render as one prompt"
    }
    assert {"Lock", "Hand over", "Close", "Options"} <= set(
        seen(cards.board_panel(it, OPENER, [], "en-US")).buttons
    )


def test_a_film_cut_by_the_model_still_credits_everyone(a_card: Callable[..., Card]) -> None:
    film = board("a fox wakes", "it runs").film_cut_by_model()

    assert writers(a_card(spec=film).request) == [AUTHOR.user_id]


def test_a_film_says_what_it_came_from(details: Any, a_card: Callable[..., Card]) -> None:
    before = a_card(State.COMPLETED, spec=VideoSpec(prompt="a wolf"))
    lineage = Lineage(take=Take(number=2, board=BoardName(words="Fox at dawn")), films=(before,))
    shown = details(a_card(State.COMPLETED), lineage=lineage)

    assert "Take 2 of the storyboard “Fox at dawn”" in shown.text
    assert f"After video `{before.task.id}` by <@7> · a wolf" in shown.text
    assert shown.buttons["Original"].endswith(before.task.id)


def test_only_what_was_changed_in_the_options_form_is_changed() -> None:
    it = board("a fox")
    form = board_forms.options_form(it, {}, "en-US")
    subject = str(form.custom_id).split(":", 2)[2].partition(".")[2]
    sent = {"aspect_ratio": "1:1", "quality": "720p", "sound": "off", "watermark": "no"}

    changes = board_forms.read_options(subject, {**sent, "negative_prompt": ""}, it.options)

    assert changes == {"aspect_ratio": "1:1"}


@given(
    person=st.integers(0, 2**63 - 1),
    channel=st.integers(0, 2**63 - 1),
    since=st.none() | st.dates(),
    until=st.none() | st.dates(),
    words=st.text(st.characters(exclude_categories=("C", "Z")), max_size=40),
)
def test_what_is_sought_fits_a_button_and_comes_back(
    person: int, channel: int, since: Any, until: Any, words: str
) -> None:
    sought = Sought(person=person, channel=channel, since=since, until=until, words=words)

    assert Sought.read(str(sought)) == sought
    assert len(f"v1:page:9999{sought}") <= 100


def test_shots_of_a_form_with_authors_are_credited_once(a_card: Callable[..., Card]) -> None:
    shots = tuple(Shot(prompt="x", seconds=2, author_id=each) for each in (8, 9, 8, 0))
    spec = VideoSpec(prompt="", shot_type=ShotType.CUSTOMIZE, shots=shots, duration=8)

    assert writers(a_card(spec=spec).request) == [8, 9]


@pytest.mark.parametrize("words", ["@everyone <@1>", "[x](https://evil.example)", "x" * 600])
def test_a_take_names_its_board_without_its_markup_and_links_back_while_it_is_there(
    words: str, seen: Any, a_card: Callable[..., Card], a_film: Any
) -> None:
    take = Take(number=2, board=BoardName(words=words), message=(1, 2, 3))
    video = replace(a_card(State.COMPLETED), take=take)
    waiting = replace(a_card(State.QUEUED), take=replace(take, message=None))
    posted = seen(
        cards.film(video, a_film(), per_usd=68, uploaded_as="film.mp4", kept_at=None)
    ).text
    reply = seen(cards.reply(waiting, now=NOON, per_usd=68)).text

    assert "Take 2 of **" in posted
    assert "[Storyboard](https://discord.com/channels/1/2/3)" in posted
    assert "Take 2 of **" in reply
    assert "discord.com" not in reply
    assert "@everyone" not in posted + reply
    assert "](https://evil" not in posted + reply
    assert len(reply) < 1000


def test_votes_and_the_best_take_are_shown_only_of_videos_that_are_there(
    seen: Any, a_card: Callable[..., Card], a_film: Any
) -> None:
    there = [a_card(State.COMPLETED, film=a_film(), task={"id": f"task{n:016}"}) for n in range(2)]
    gone = a_card(
        State.COMPLETED, film=a_film(), task={"id": "gone0000000000000000", "deleted_by": 9}
    )
    it = board("a fox", best="gone0000000000000000")
    votes = {f"task{0:016}": 1, f"task{1:016}": 12, "gone0000000000000000": 5}
    shown = seen(cards.board(replace(card(it, *there, gone), votes=votes), per_usd=68))

    assert "1 vote\n" in shown.text
    assert "12 votes" in shown.text
    assert "5 votes" not in shown.text
    assert "⭐" not in shown.text
    assert {"👍 1", "👍 2"} <= set(shown.buttons)
    assert "👍 3" not in shown.buttons
