"""The private answer to "Why?": what became of a video, its money, and what helps."""

from typing import Any

import pytest

from bot.errors import Reason
from bot.video.values.videos import State


def test_why_tells_the_requester_what_to_change_and_lets_them(why: Any, a_card: Any) -> None:
    shown = why(a_card(State.FAILED, task={"reason": Reason.POLICY}))

    assert "Change the words" in shown.text
    assert list(shown.buttons) == ["Edit"]


@pytest.mark.parametrize(
    ("reason", "says"),
    [
        (Reason.TIMEOUT, "took too long"),
        (Reason.BUSY, "overloaded"),
        (Reason.TROUBLE, "had a problem"),
        (Reason.CREDIT, "no credits left"),
        (Reason.KEY, "does not accept this bot's key"),
        (Reason.NO_CONTENT, "made nothing of this prompt"),
        (Reason.UNKNOWN, "no reason that this bot knows"),
        (None, "no reason that this bot knows"),
    ],
)
def test_why_puts_the_reason_into_words(
    why: Any, a_card: Any, reason: Reason | None, says: str
) -> None:
    assert says in why(a_card(State.FAILED, task={"reason": reason})).text


@pytest.mark.parametrize("reason", Reason)
def test_why_has_an_answer_to_each_reason_and_shows_the_apis_code_with_it(
    why: Any, a_card: Any, reason: Reason
) -> None:
    shown = why(a_card(State.FAILED, task={"reason": reason, "error_code": "odd_code"}))

    assert shown.text.endswith("-# Code: odd\\_code")


@pytest.mark.parametrize(
    ("reason", "advice", "buttons"),
    [
        (Reason.TIMEOUT, "Try again later, or use `/video`", ["Again · 27 credits"]),
        (Reason.CREDIT, "Try again once its operator has topped it up.", ["Again · 27 credits"]),
        (Reason.KEY, "Try again once its operator has fixed that.", ["Again · 27 credits"]),
        (Reason.REJECTED, "Change the prompt, or use `/video`", ["Edit"]),
        (Reason.NO_CONTENT, "more precisely", ["Again · 27 credits", "Edit"]),
    ],
)
def test_why_advises_what_its_buttons_or_a_command_can_do(
    why: Any, a_card: Any, reason: Reason, advice: str, buttons: list[str]
) -> None:
    shown = why(a_card(State.FAILED, task={"reason": reason}))

    assert advice in shown.text
    assert list(shown.buttons) == buttons


def test_why_says_what_happens_with_the_money(why: Any, a_card: Any) -> None:
    paid = why(a_card(State.FAILED, task={"reason": Reason.TROUBLE, "remote_id": "t"}))
    never_accepted = why(a_card(State.FAILED, task={"reason": Reason.REJECTED}))

    assert "27 credits ($0.40) are normally returned" in paid.text
    assert "Nothing was charged" in never_accepted.text


@pytest.mark.parametrize(
    ("price", "locale", "says"),
    [
        (10_000, "en-US", "1 credit ($0.01) is normally returned"),
        (0, "en-US", "0 credits ($0.00) are normally returned"),
        (10_000, "es-ES", "Normalmente se devuelve 1 crédito ("),
        (270_000, "es-ES", "Normalmente se devuelven 27 créditos ("),
    ],
)
def test_what_is_returned_reads_well_at_any_price(
    why: Any, a_card: Any, price: int, locale: str, says: str
) -> None:
    failed = {"reason": Reason.TROUBLE, "remote_id": "t", "price": price}

    assert says in why(a_card(State.FAILED, task=failed), locale).text


def test_why_speaks_the_readers_language(why: Any, a_card: Any) -> None:
    assert "saturado" in why(a_card(State.FAILED, task={"reason": Reason.BUSY}), "es-ES").text


def test_the_apis_own_words_cannot_bring_links_or_mentions(why: Any, a_card: Any) -> None:
    said = {"error_code": "odd", "error_message": "@everyone [x](https://evil.example) <@1>"}
    shown = why(a_card(State.FAILED, task=said))

    assert "It said" in shown.text
    assert not {"@everyone", "https://", "<@1>", "[x]"} & {*shown.text.split()}
