"""The reply from the first response on: three phases in plain words, and their buttons."""

from datetime import timedelta
from typing import Any

import pytest

from bot.ui import cards
from bot.video.values.cards import FAR
from bot.video.values.catalogue import AspectRatio, Quality, ShotType, Sound
from bot.video.values.limits import Purse, Shortage
from bot.video.values.videos import Shot, State, VideoSpec


@pytest.fixture
def reply(seen: Any, noon: Any) -> Any:
    return lambda card: seen(cards.reply(card, now=noon, per_usd=68))


def test_the_first_response_says_what_is_made_for_how_much_and_when(
    reply: Any, a_card: Any, noon: Any
) -> None:
    spec = VideoSpec(
        prompt="a fox",
        negative_prompt="people",
        duration=7,
        aspect_ratio=AspectRatio.TALL,
        quality=Quality.HIGH,
        sound=Sound.ON,
        watermark=True,
    )
    shown = reply(a_card(spec=spec, place=3, turn_at=noon))

    assert "Waiting" in shown.text
    assert "#3 in the queue." in shown.text
    assert "Starts in a few seconds." in shown.text
    assert "> a fox" in shown.text
    assert "Without: people" in shown.text
    assert "Vertical 9:16 · 7 s · 1080p · sound on · watermark" in shown.text
    assert "About 27 credits ($0.40)" in shown.text


def test_cancel_is_offered_and_free_until_the_film_is_submitted(reply: Any, a_card: Any) -> None:
    for state in (State.HELD, State.QUEUED):
        shown = reply(a_card(state))
        assert list(shown.buttons) == ["Cancel"]
        assert "charged" in shown.text.lower() or "cancel for free" in shown.text
    for state in (State.SUBMITTING, State.UNCONFIRMED, State.RUNNING):
        assert list(reply(a_card(state)).buttons) == ["Don't ping me"]


def test_a_known_start_is_a_countdown_and_a_guessed_one_is_called_an_estimate(
    reply: Any, a_card: Any, noon: Any
) -> None:
    known = reply(a_card(place=1, turn_at=noon, task={"ready_at": noon + timedelta(seconds=30)}))
    guessed = reply(a_card(place=4, turn_at=noon + timedelta(seconds=300)))

    assert f"Starts <t:{int(noon.timestamp()) + 30}:R>.\n" in known.text
    assert f"Expected to start <t:{int(noon.timestamp()) + 300}:R>." in guessed.text


@pytest.mark.parametrize(
    ("purse", "is_ever", "words"),
    [
        (Purse.BOT, True, "operator set a limit for 24 hours"),
        (Purse.SERVER, True, "this server's budget isn't enough"),
        (Purse.BOT, False, "can't start unless the operator raises"),
        (Purse.SERVER, False, "can't start unless the budget is raised"),
    ],
)
def test_a_video_without_room_says_why_and_until_when_and_can_be_cancelled(
    reply: Any, a_card: Any, noon: Any, purse: Purse, is_ever: bool, words: str
) -> None:
    opens_at = noon + timedelta(hours=3) if is_ever else None
    shown = reply(a_card(place=1, turn_at=noon, shortage=Shortage(purse=purse, opens_at=opens_at)))

    assert words in shown.text
    assert "Starts" not in shown.text
    assert (f"<t:{int(noon.timestamp()) + 3 * 3600}:R>" in shown.text) is is_ever
    assert list(shown.buttons) == ["Cancel"]


def test_a_guessed_start_does_not_change_with_every_look(a_card: Any, seen: Any, noon: Any) -> None:
    texts = set()
    for late in range(15):
        now = noon + timedelta(seconds=late)
        card = a_card(place=4, turn_at=now + timedelta(seconds=285))
        texts.add(seen(cards.reply(card, now=now, per_usd=68)).text)

    assert len(texts) == 1


def test_a_start_that_has_passed_is_not_shown(reply: Any, a_card: Any, noon: Any) -> None:
    shown = reply(a_card(place=1, turn_at=noon + timedelta(seconds=60), is_late=True))

    assert "longer than usual. Yours starts as soon as its turn comes." in shown.text
    assert "<t:" not in shown.text


def test_a_very_long_queue_is_called_one_and_promises_no_start(reply: Any, a_card: Any) -> None:
    shown = reply(a_card(place=FAR + 1))

    assert "More than 200 videos are in the queue. Yours starts when its turn comes." in shown.text
    assert "<t:" not in shown.text
    assert list(shown.buttons) == ["Cancel"]


def test_a_pause_is_told_instead_of_a_start_that_is_not_true(
    reply: Any, a_card: Any, noon: Any
) -> None:
    turn_at = noon + timedelta(seconds=60)
    shown = reply(a_card(place=2, turn_at=turn_at, is_paused=True))

    assert "isn't answering" in shown.text
    assert "Starts" not in shown.text


@pytest.mark.parametrize(("progress", "full"), [(0, 0), (50, 6), (100, 12), (-3, 0), (250, 12)])
def test_progress_is_the_apis_percentage_with_a_bar(
    reply: Any, a_card: Any, progress: int, full: int
) -> None:
    shown = reply(a_card(State.RUNNING, task={"progress": progress}))

    assert f"{'█' * full}{'░' * (12 - full)} {min(100, max(0, progress))}%" in shown.text


def test_the_countdown_is_called_an_estimate(reply: Any, a_card: Any, noon: Any) -> None:
    shown = reply(a_card(State.RUNNING, task={"estimate": 90, "submitted_at": noon}))

    assert f"Expected <t:{int(noon.timestamp()) + 90}:R>." in shown.text


def test_a_passed_estimate_is_not_shown(reply: Any, a_card: Any, noon: Any) -> None:
    begun = noon - timedelta(seconds=200)
    shown = reply(a_card(State.RUNNING, task={"estimate": 90, "submitted_at": begun}))

    assert "Taking longer than usual." in shown.text
    assert "<t:" not in shown.text


def test_who_is_not_to_be_told_can_change_their_mind(reply: Any, a_card: Any) -> None:
    shown = reply(a_card(State.RUNNING, task={"muted": True}))

    assert "You won't be pinged" in shown.text
    assert list(shown.buttons) == ["Ping me when it's ready"]


def test_a_doubtful_submission_is_told_truly(reply: Any, a_card: Any) -> None:
    shown = reply(a_card(State.UNCONFIRMED))

    assert shown.text.startswith("**Not confirmed**")
    assert "We don't know yet whether the video service accepted this" in shown.text
    assert "won't send it again" in shown.text


def test_a_film_after_anothers_names_both_people(reply: Any, a_card: Any) -> None:
    assert "By <@7>, after <@8>'s video" in reply(a_card(parent_id="x", credited_to=8)).text
    assert "By <@7>" in reply(a_card(parent_id="x")).text
    assert "By <@7>" in reply(a_card()).text


def test_written_shots_are_listed_with_their_seconds(reply: Any, a_card: Any) -> None:
    shots = (Shot(prompt="a fox wakes", seconds=4), Shot(prompt="it *runs*", seconds=1))
    spec = VideoSpec(prompt="", shot_type=ShotType.CUSTOMIZE, shots=shots)
    shown = reply(a_card(spec=spec))

    assert "1. 4 s · a fox wakes\n2. 1 s · it \\*runs\\*" in shown.text
    assert "2 shots" in shown.text


def test_public_texts_are_in_the_servers_language(reply: Any, a_card: Any) -> None:
    shown = reply(a_card(locale="es-ES", place=2))

    assert "En espera" in shown.text
    assert list(shown.buttons) == ["Cancelar"]
