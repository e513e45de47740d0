"""What the reply becomes, why a video failed, and what happens to the money."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.errors import Reason
from bot.ui import cards
from bot.ui.cards.notices import operator_notice, outcome
from bot.video.values.contents import OperatorContent
from bot.video.values.posts import PostKind, PostState, Rung
from bot.video.values.videos import State

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LINK = "https://discord.com/channels/1/2/99"


@pytest.fixture
def reply(seen: Any, noon: Any) -> Any:
    return lambda card: seen(cards.reply(card, now=noon, per_usd=68))


def test_a_ready_film_leaves_one_line_that_links_to_it(
    reply: Any, a_card: Any, a_film: Any
) -> None:
    shown = reply(a_card(State.COMPLETED, film=a_film()))

    assert shown.text == f"Ready: [see the video]({LINK})"
    assert shown.count == 1


@pytest.mark.parametrize(
    ("film", "says"),
    [
        ({"state": PostState.DUE}, "on its way"),
        ({"state": PostState.SENDING}, "on its way"),
        ({"rung": Rung.PARENT, "sent_to": 5}, "(https://discord.com/channels/1/5/99)"),
        ({"rung": Rung.DM, "sent_to": 6}, "<@7> has it in a direct message"),
        ({"state": PostState.INBOX, "rung": Rung.INBOX}, "/videos inbox"),
        ({"state": PostState.GONE}, "is gone"),
    ],
)
def test_the_line_says_where_the_film_really_is(
    reply: Any, a_card: Any, a_film: Any, film: Any, says: str
) -> None:
    assert says in reply(a_card(State.COMPLETED, film=a_film(**film))).text


def test_a_deleted_film_leaves_no_prompt_and_no_link(reply: Any, a_card: Any, a_film: Any) -> None:
    film = a_film(PostState.GONE, message_id=99)
    shown = reply(a_card(State.COMPLETED, film=film, task={"deleted_by": 7}))
    removed = reply(a_card(State.COMPLETED, film=film, task={"deleted_by": 8}))

    assert shown.text == "The video was deleted."
    assert removed.text == "A moderator removed the video."


def test_a_failure_is_one_neutral_line_with_the_reason_behind_a_button(
    reply: Any, a_card: Any
) -> None:
    shown = reply(a_card(State.FAILED, task={"reason": Reason.TROUBLE}))

    assert shown.text == "This video could not be made.\n> a fox in the snow\n-# By <@7>"
    assert list(shown.buttons) == ["Why?", "Edit", "Again · 27 credits"]


@pytest.mark.parametrize(
    ("rung", "state", "is_short"),
    [
        (Rung.CHANNEL, PostState.THERE, True),
        (Rung.PARENT, PostState.THERE, True),
        (Rung.DM, PostState.THERE, False),
        (Rung.CHANNEL, PostState.DUE, False),
        (Rung.CHANNEL, PostState.INBOX, False),
    ],
)
def test_what_another_message_here_says_the_reply_only_links_to(
    reply: Any, a_card: Any, a_film: Any, rung: Rung, state: PostState, is_short: bool
) -> None:
    notice = a_film(state, rung=rung, kind=PostKind.OUTCOME, message_id=99)
    shown = reply(a_card(State.FAILED, notice=notice, task={"reason": Reason.TROUBLE}))

    assert ("could not be made." not in shown.text) is is_short
    assert ("Could not be made · [what you can do](" in shown.text) is is_short
    assert (not shown.buttons) is is_short
    assert "> a fox in the snow" in shown.text
    assert "By <@7>" in shown.text


def test_after_a_policy_failure_the_prompt_is_nowhere_in_public(
    reply: Any, a_card: Any, seen: Any, details: Any
) -> None:
    card = a_card(State.FAILED, task={"reason": Reason.POLICY})
    listed = seen(cards.film_list([card], locale="en-US", page=0, has_more=False))

    for shown in (reply(card), listed, details(card)):
        assert "fox" not in shown.text
        assert "Again · 27 credits" not in shown.buttons
    assert list(reply(card).buttons) == ["Why?", "Edit"]


@pytest.mark.parametrize(
    ("task", "says"),
    [
        ({"reason": Reason.CANCELLED}, "Cancelled. You weren't charged."),
        ({"reason": Reason.CANCELLED_BY_MODERATOR}, "Cancelled by a moderator."),
    ],
)
def test_a_cancelled_film_says_by_whom(reply: Any, a_card: Any, task: Any, says: str) -> None:
    shown = reply(a_card(State.CANCELLED, task=task))

    assert says in shown.text
    assert list(shown.buttons) == ["Edit", "Again · 27 credits"]


@pytest.mark.parametrize(
    ("reason", "is_shown"),
    [
        (Reason.CANCELLED, True),
        (Reason.APPROVAL_EXPIRED, True),
        (Reason.CANCELLED_BY_MODERATOR, False),
        (Reason.DENIED, False),
    ],
)
def test_a_cancelled_film_shows_its_prompt_unless_moderators_decided_against_it(
    reply: Any, a_card: Any, reason: Reason, is_shown: bool
) -> None:
    shown = reply(a_card(State.CANCELLED, task={"reason": reason}))

    assert ("> a fox in the snow" in shown.text) is is_shown


def test_a_denied_film_has_its_reason_and_the_words_to_change(reply: Any, a_card: Any) -> None:
    shown = reply(a_card(State.CANCELLED, task={"reason": Reason.DENIED}))

    assert list(shown.buttons) == ["Why?", "Edit", "Again · 27 credits"]


def test_a_film_that_the_service_cancelled_is_explained_and_can_be_repeated(
    reply: Any, why: Any, seen: Any, a_card: Any, a_film: Any
) -> None:
    card = a_card(State.CANCELLED, task={"reason": Reason.CANCELLED_BY_SERVICE, "remote_id": "t"})
    reason = why(card)

    for shown in (reply(card), seen(outcome(card, in_dm=False))):
        assert "The video service cancelled this video." in shown.text
        assert list(shown.buttons) == ["Why?", "Edit", "Again · 27 credits"]
    assert "cancelled the video. Try again if you still want it." in reason.text
    assert "27 credits ($0.40) are normally returned" in reason.text
    assert list(reason.buttons) == ["Again · 27 credits"]


def test_a_film_that_the_service_cancelled_over_its_words_shows_them_to_nobody(
    reply: Any, a_card: Any
) -> None:
    cancelled = {"reason": Reason.POLICY, "remote_id": "t"}
    shown = reply(a_card(State.CANCELLED, task=cancelled))

    assert "fox" not in shown.text
    assert list(shown.buttons) == ["Why?", "Edit"]


def test_a_lost_film_is_told_truly_and_repeating_it_warns_of_the_cost(
    reply: Any, a_card: Any
) -> None:
    shown = reply(a_card(State.LOST))

    assert "We lost track" in shown.text
    assert "the service may have charged for it" in shown.text
    assert list(shown.buttons) == ["Try again (may be charged twice) · 27 credits"]


@pytest.mark.parametrize(
    ("task", "promises"),
    [
        ({"reason": Reason.OUTCOME_UNKNOWN}, False),  # no id, and nobody who would be called back
        ({"reason": Reason.NOT_FOUND, "remote_id": "t"}, False),
        ({"reason": Reason.NO_CALLBACK}, True),
        ({"reason": Reason.TOOK_TOO_LONG, "remote_id": "t", "due_at": NOON}, True),
        ({"reason": Reason.NO_CALLBACK, "candidate": "t", "due_at": NOON}, True),
    ],
)
def test_a_late_film_is_promised_only_where_somebody_would_learn_of_it(
    reply: Any, seen: Any, a_card: Any, a_film: Any, task: Any, promises: bool
) -> None:
    card = a_card(State.LOST, task=task)

    for shown in (reply(card), seen(outcome(card, in_dm=False))):
        assert ("If the video still arrives" in shown.text) is promises
        assert "doesn't count against your limits" in shown.text


def test_a_lost_film_carries_its_warning_also_where_it_is_looked_up(
    details: Any, a_card: Any
) -> None:
    shown = details(a_card(State.LOST))

    assert "the service may have charged for it" in shown.text
    assert list(shown.buttons) == ["Try again (may be charged twice) · 27 credits"]


@pytest.mark.parametrize(
    ("state", "reason", "offers"),
    [
        (State.FAILED, Reason.TROUBLE, ["Again · 27 credits", "Edit"]),
        (State.FAILED, Reason.REJECTED, ["Edit"]),
        (State.CANCELLED, Reason.DENIED, ["Edit"]),
        (State.CANCELLED, Reason.CANCELLED, ["Again · 27 credits", "Edit"]),
    ],
)
def test_a_film_that_is_looked_up_is_offered_again_where_that_may_succeed(
    details: Any, a_card: Any, state: State, reason: Reason, offers: list[str]
) -> None:
    assert list(details(a_card(state, task={"reason": reason})).buttons) == offers


@pytest.mark.parametrize("state", [State.FAILED, State.LOST, State.CANCELLED])
def test_a_notice_names_the_requester_and_neither_reason_nor_prompt(
    seen: Any, a_card: Any, a_film: Any, state: State
) -> None:
    card = a_card(state, task={"remote_id": "t", "reason": Reason.POLICY})
    shown = seen(outcome(card, in_dm=False))

    assert shown.text.startswith("<@7> ")
    assert "fox" not in shown.text
    assert "rules" not in shown.text


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (State.FAILED, Reason.TROUBLE),
        (State.FAILED, Reason.POLICY),
        (State.LOST, Reason.NO_CALLBACK),
        (State.CANCELLED, Reason.DENIED),
        (State.CANCELLED, Reason.APPROVAL_EXPIRED),
        (State.CANCELLED, Reason.CANCELLED),
    ],
)
def test_a_card_keeps_whose_it_was(reply: Any, a_card: Any, state: State, reason: Reason) -> None:
    assert "By <@7>" in reply(a_card(state, task={"reason": reason})).text


@pytest.mark.parametrize("is_in_dm", [False, True])
@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (State.FAILED, Reason.TROUBLE),
        (State.LOST, Reason.NO_CALLBACK),
        (State.CANCELLED, Reason.DENIED),
    ],
)
def test_the_news_of_an_end_links_to_its_card_while_that_is_there(
    seen: Any, a_card: Any, a_film: Any, state: State, reason: Reason, is_in_dm: bool
) -> None:
    def told(there: PostState) -> str:
        asked = a_film(there, kind=PostKind.REPLY, message_id=55)
        card = a_card(state, task={"reason": reason}, reply=asked)
        return str(seen(outcome(card, in_dm=is_in_dm)).text)

    assert "[See your request](https://discord.com/channels/1/2/55)" in told(PostState.THERE)
    assert "See your request" not in told(PostState.GONE)


@pytest.mark.parametrize("reason", [Reason.DENIED, Reason.APPROVAL_EXPIRED, Reason.CANCELLED])
def test_the_news_of_an_end_can_be_recognised_by_its_button(
    seen: Any, a_card: Any, a_film: Any, reason: Reason
) -> None:
    card = a_card(State.CANCELLED, task={"reason": reason})
    shown = seen(outcome(card, in_dm=False))

    assert {each.rpartition(":")[2] for each in shown.buttons.values()} == {card.task.id}


def test_the_operator_reads_what_to_do(seen: Any, a_film: Any) -> None:
    said = OperatorContent(cause="low_balance", facts={"credits": 12.5, "films": 1})

    assert "12.5 credits left" in seen(operator_notice(said)).text


def test_news_for_the_operator_without_a_text_still_arrives(seen: Any, a_film: Any) -> None:
    said = OperatorContent(cause="unheard_of")

    assert "unheard_of" in seen(operator_notice(said)).text.replace("\\", "")
