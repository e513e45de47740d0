"""A few thousand made-up inputs per run; `python -m tests.fuzz` tries a million and more."""

import random
from pathlib import Path

import pytest
from aiohttp import ClientSession, InvalidURL
from yarl import URL

from bot.api.callbacks import BODY_LIMIT, CallbackTokens
from bot.api.folder import FilmFolder
from bot.web.server import build, serving
from tests.fuzz.inputs import Inputs
from tests.fuzz.targets import TARGETS, feed

OURS = "abcdefghij0123456789"


@pytest.mark.parametrize("target", TARGETS)
def test_made_up_inputs_raise_nothing_undeclared(target: str) -> None:
    feed(target, random.SystemRandom().randrange(10**9), 1500)


def test_an_input_is_drawn_again_from_its_seed() -> None:
    assert Inputs(5).answer() == Inputs(5).answer()


async def test_the_callback_route_answers_strangers_all_the_same(tmp_path: Path) -> None:
    tokens = CallbackTokens(b"a secret of thirty-two bytes, or so")
    taken: list[bytes] = []

    async def callback(token: str, body: bytes) -> bool:
        taken.append(body)
        return True

    async def is_ready() -> bool:
        return True

    app = build(
        is_callback=lambda token: tokens.task_id(token) is not None,
        callback=callback,
        is_ready=is_ready,
        find_film=FilmFolder(tmp_path, limit=None).find,
    )
    inputs = Inputs(random.SystemRandom().randrange(10**9))
    async with serving(app, host="127.0.0.1", port=0) as port, ClientSession() as session:
        base = f"http://127.0.0.1:{port}/callbacks/"
        for _ in range(200):
            token = inputs.token().encode("utf-8", "replace").decode().replace("/", "") or "-"
            try:
                url = URL(base) / token
            except (ValueError, InvalidURL):
                continue
            async with session.post(url, data=inputs.body()) as answer:
                assert answer.status == 404
        ours = base + tokens.token(OURS)
        async with session.post(ours, data=b"x" * (BODY_LIMIT + 1)) as answer:
            assert answer.status == 404
        assert taken == []
        async with session.post(ours, data=inputs.body()) as answer:
            assert answer.status == 204
        assert len(taken) == 1
