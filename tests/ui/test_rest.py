"""What Discord's answer means for a message: closed for good, later, or unknown."""

from types import SimpleNamespace

import aiohttp
import discord
import pytest
from aiohttp.client_reqrep import ConnectionKey

from bot.errors import Fate
from bot.ui.rest import edit_error, post_error


def answered(status: int, code: int = 0, **headers: str) -> discord.HTTPException:
    response = SimpleNamespace(status=status, reason="", headers=headers)
    return discord.HTTPException(response, {"code": code, "message": ""})  # type: ignore[arg-type]


CLOSED_FOR_GOOD = [
    (404, 10003),
    (404, 10008),
    (404, 10015),
    (404, 10062),
    (400, 40005),
    (403, 50001),
    (403, 50007),
    (403, 50013),
    (401, 50027),
    (400, 50035),
    (400, 50083),
    (400, 200000),
    (400, 240000),
]


@pytest.mark.parametrize(("status", "code"), CLOSED_FOR_GOOD)
def test_a_closed_door_is_not_knocked_at_again(status: int, code: int) -> None:
    for sort in (edit_error, post_error):
        found = sort(answered(status, code))

        assert (found.fate, found.code) == (Fate.REFUSED, code)


def test_a_request_that_was_too_large_is_known_by_one_code() -> None:
    assert post_error(answered(413)).code == 40005


@pytest.mark.parametrize(
    ("status", "code"), [(429, 0), (429, 30046), (400, 30046), (429, 20028), (400, 20028)]
)
def test_too_often_means_later_by_discords_own_figure(status: int, code: int) -> None:
    found = post_error(answered(status, code, **{"Retry-After": "7.5"}))

    assert (found.fate, found.retry_after) == (Fate.LATER, 7.5)


@pytest.mark.parametrize(
    ("status", "code"), [(403, 40004), (400, 20028), (403, 20029), (403, 40333), (400, 20016)]
)
def test_what_passes_is_tried_again_whatever_its_status(status: int, code: int) -> None:
    for sort in (edit_error, post_error):
        found = sort(answered(status, code))

        assert (found.fate, found.code) == (Fate.LATER, code)


def test_a_refused_token_of_the_bot_itself_is_no_verdict_on_the_message() -> None:
    found = post_error(answered(401))

    assert found.fate is Fate.LATER
    assert found.retry_after is not None
    assert found.retry_after >= 60


@pytest.mark.parametrize(
    "lost",
    [answered(500), answered(503), TimeoutError(), OSError(), aiohttp.ServerDisconnectedError()],
)
def test_without_an_answer_a_post_may_be_there_and_an_edit_is_repeated(lost: Exception) -> None:
    assert post_error(lost).fate is Fate.UNKNOWN
    assert edit_error(lost).fate is Fate.LATER


def test_a_connection_that_never_came_about_carried_nothing() -> None:
    key = ConnectionKey("discord.com", 443, True, True, None, None, None)
    refused = aiohttp.ClientConnectorError(key, OSError(111, "refused"))

    assert post_error(refused).fate is Fate.LATER


def test_a_mistake_of_our_own_is_not_taken_for_discords() -> None:
    with pytest.raises(KeyError):
        post_error(KeyError("text"))
