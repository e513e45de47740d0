"""The message with the video."""

import json
from datetime import timedelta
from typing import Any

import pytest
from discord import ButtonStyle
from msgspec.structs import replace

from bot.ui import cards
from bot.video.values.contents import FilmContent
from bot.video.values.videos import State
from tests.ui.conftest import FILM_URL, KEPT_URL

DANGER = ButtonStyle.danger.value


@pytest.fixture
def message(seen: Any, a_film: Any) -> Any:
    """The message with a video, as its post says."""

    def drawn(
        card: Any, *, uploaded_as: str | None = None, kept_at: str | None = None, **post: Any
    ) -> Any:
        return seen(
            cards.film(card, a_film(**post), per_usd=68, uploaded_as=uploaded_as, kept_at=kept_at)
        )

    return drawn


def test_a_video_names_its_number_and_the_takes_that_are_not_there(
    message: Any, finished: Any, a_card: Any
) -> None:
    card = finished(take=2)
    card = replace(card, request=replace(card.request, spec=replace(card.request.spec, takes=2)))
    others = [a_card(state, task={"take": 1}) for state in (State.RUNNING, State.FAILED)]
    late, failed = (message(replace(card, takes=(each, card))).text for each in others)

    assert "take 2 of your video is ready" in late
    assert "2 takes" not in late
    assert "**1** · Not ready yet. If it arrives, it gets its own message." in late
    assert "**1** · Could not be made" in failed


def test_an_uploaded_film_plays_and_links_to_the_original_until_its_end(
    message: Any, finished: Any, noon: Any
) -> None:
    card = finished()
    name = cards.film_name(card.task.id)
    shown = message(card, uploaded_as=name)

    assert shown.gallery[0]["media"]["url"] == f"attachment://{name}"
    assert shown.gallery[0]["description"] == "Made with AI. Video: a fox in the snow"
    assert shown.buttons["Original file"] == FILM_URL
    assert list(shown.buttons) == ["Original file", "Again · 27 credits", "Edit", "More"]
    (until,) = [line for line in shown.text.splitlines() if "Original file" in line]
    assert until.startswith("-# ")
    assert f"until <t:{int(noon.timestamp()) + 86400}:f>" in until


def test_a_film_message_names_the_requester_once(message: Any, finished: Any) -> None:
    shown = message(finished(), uploaded_as="x.mp4")

    assert shown.text.count("<@7>") == 1


@pytest.mark.parametrize("may_delete", [True, False])
@pytest.mark.parametrize("may_report", [True, False])
def test_what_is_rarely_needed_is_behind_more(
    seen: Any, finished: Any, may_delete: bool, may_report: bool
) -> None:
    view = cards.more(finished(), "en-US", may_delete=may_delete, may_report=may_report)
    shown = seen(view)
    (drawn,) = view.to_components()
    red = [each["label"] for each in drawn["components"] if each["style"] == DANGER]

    assert next(iter(shown.buttons)) == "Details"
    assert ("Report" in shown.buttons) is may_report
    assert ("Delete" in shown.buttons) is may_delete
    assert red == ["Delete"] * may_delete


@pytest.mark.parametrize(
    ("locale", "words"), [("en-US", "Made with AI"), ("es-ES", "Hecho con IA")]
)
def test_a_film_says_that_ai_made_it_in_the_servers_language(
    message: Any, a_card: Any, a_film: Any, locale: str, words: str
) -> None:
    shown = message(a_card(State.COMPLETED, locale=locale, film=a_film()), uploaded_as="x.mp4")

    assert f"-# {words} · " in shown.text
    assert shown.gallery[0]["description"].startswith(f"{words}. ")


def test_the_operator_may_word_that_ai_made_it(seen: Any, finished: Any, a_film: Any) -> None:
    label = "Synthetic (@everyone) by **ACME**."
    drawn = {"per_usd": 68, "uploaded_as": "x.mp4", "kept_at": None}
    shown = seen(cards.film(finished(), a_film(), **drawn, ai_label=label))

    assert "Synthetic" in shown.text
    assert "**ACME**" not in shown.text
    assert "@everyone" not in shown.text
    assert "Made with AI" not in shown.text
    assert shown.gallery[0]["description"] == f"{label} Video: a fox in the snow"


def test_a_link_too_long_for_a_button_is_in_the_text(message: Any, finished: Any) -> None:
    long = f"https://files.example/{'a' * 600}.mp4"
    shown = message(finished(film_url=long), uploaded_as="x.mp4")

    assert long in shown.text
    assert list(shown.buttons) == ["Again · 27 credits", "Edit", "More"]


@pytest.mark.parametrize("is_covered", [True, False])
def test_a_film_of_a_covered_channel_is_a_spoiler(
    message: Any, finished: Any, is_covered: bool
) -> None:
    card = finished(decided_by=json.dumps({"spoiler": is_covered}))
    shown = message(card, uploaded_as="fox.mp4")

    assert [item["spoiler"] for item in shown.gallery] == [is_covered]


def test_a_film_after_anothers_credits_them(message: Any, a_card: Any, a_film: Any) -> None:
    card = a_card(State.COMPLETED, parent_id="x", credited_to=8, film=a_film())
    shown = message(card, uploaded_as="x.mp4")

    assert "after <@8>'s video" in shown.text


def test_a_film_after_ones_own_names_one_once(message: Any, a_card: Any, a_film: Any) -> None:
    card = a_card(State.COMPLETED, parent_id="x", credited_to=7, film=a_film())
    shown = message(card, uploaded_as="x.mp4")

    assert shown.text.count("<@7>") == 1


def test_a_film_too_large_is_kept_or_to_be_saved_in_time(message: Any, finished: Any) -> None:
    kept = message(finished(), kept_at=KEPT_URL)
    linked = message(finished())

    assert kept.buttons["Open the file"] == KEPT_URL
    assert kept.gallery[0]["media"]["url"] == KEPT_URL
    assert "Save the original file before <t:" in linked.text
    assert linked.buttons["Original file"] == FILM_URL
    assert linked.gallery[0]["media"]["url"] == FILM_URL


@pytest.mark.parametrize("lasts", [timedelta(days=1), None])
def test_a_film_that_could_not_be_fetched_is_not_called_too_large(
    message: Any, finished: Any, noon: Any, lasts: timedelta | None
) -> None:
    until = None if lasts is None else noon + lasts
    shown = message(finished(film_until=until), content=FilmContent(is_unfetched=True))

    assert "could not download the file" in shown.text
    assert "Too large" not in shown.text
    assert shown.buttons["Original file"] == FILM_URL
    assert (f"until <t:{int(noon.timestamp()) + 86400}:f>" in shown.text) is (until is not None)


def test_a_film_that_is_gone_is_said_to_be_with_what_it_costs_and_without_its_dead_link(
    message: Any, finished: Any
) -> None:
    shown = message(finished(), content=FilmContent(is_unfetched=True, is_gone=True))

    assert "The video is gone" in shown.text
    assert "credits" in shown.text
    assert FILM_URL not in [shown.text, *shown.buttons.values()]
    assert not shown.gallery


@pytest.mark.parametrize("url", ["https://x.example/" + "a" * 3000, "javascript:alert(1)", None])
def test_a_link_that_cannot_be_shown_is_not_hidden_behind_words(
    message: Any, finished: Any, url: str | None
) -> None:
    shown = message(finished(film_url=url), uploaded_as="x.mp4")

    assert "no link that can be shown" in shown.text


def test_deleting_is_asked_once_and_says_that_money_is_not_returned(finished: Any) -> None:
    asked = cards.delete_form(finished(), "en-US", per_usd=68).to_dict()

    assert "for everyone" in str(asked)
    assert "It cost 27 credits ($0.40)" in str(asked)
    assert "not returned" in str(asked)
    assert asked["custom_id"] == f"v1:delete-yes:{finished().task.id}"
