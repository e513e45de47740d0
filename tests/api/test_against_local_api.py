"""The client, downloads and callbacks against the local video API, which has its own contract."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.api.callbacks import CallbackTokens, candidate
from bot.api.client import EvolinkClient
from bot.api.films import FilmFetcher
from bot.clock import SystemClock
from bot.errors import ApiError, Cause, Certainty, FilmError
from bot.playground.evolink import LinkFault, LocalEvolink, ready_made_film
from bot.variables import Secret
from bot.video.values.catalogue import AspectRatio, Quality, ShotType, Sound
from bot.video.values.videos import RemoteStatus, Shot, VideoRequest, VideoUpdate

Ask = Callable[..., VideoRequest]
TASK = "abcdefghij0123456789"
DEADLINE = 10.0


@pytest.fixture
async def evolink(tmp_path: Path) -> AsyncIterator[LocalEvolink]:
    async with LocalEvolink(
        films=tmp_path / "made", film=ready_made_film(), allow_loopback_callbacks=True
    ) as evolink:
        yield evolink


@pytest.fixture
async def api(evolink: LocalEvolink, clock: Any) -> AsyncIterator[EvolinkClient]:
    async with EvolinkClient(
        base_url=evolink.url, key=Secret("a-key"), clock=clock, uniform=lambda: 0.5
    ) as api:
        yield api


@pytest.fixture
async def films(evolink: LocalEvolink, tmp_path: Path) -> AsyncIterator[FilmFetcher]:
    async with FilmFetcher(
        api_url=evolink.url,
        clock=SystemClock(),
        folder=tmp_path / "fetched",
        folder_limit=None,
        public_url=None,
        size_limit=10**7,
    ) as films:
        yield films


async def submit(api: EvolinkClient, request: VideoRequest) -> VideoUpdate:
    return await api.submit(request, task_id=TASK, callback_url=None)


async def ended(api: EvolinkClient, remote_id: str) -> VideoUpdate:
    async with asyncio.timeout(DEADLINE):
        while True:
            update = await api.look(remote_id)
            if update.status not in (RemoteStatus.PENDING, RemoteStatus.PROCESSING):
                return update


async def test_a_film_goes_from_submission_to_disk(
    api: EvolinkClient, films: FilmFetcher, ask: Ask
) -> None:
    update = await submit(api, ask(duration=3))
    assert (update.status, update.duration) == (RemoteStatus.PENDING, 3)
    end = await ended(api, update.remote_id)
    assert (end.status, end.progress) == (RemoteStatus.COMPLETED, 100)
    assert end.film_url is not None
    film = await films.fetch(end.film_url, task_id=TASK)
    assert film.path.read_bytes() == ready_made_film()


@pytest.mark.parametrize(
    "spec",
    [
        {"aspect_ratio": AspectRatio.SQUARE, "quality": Quality.HIGH, "sound": Sound.ON},
        {"negative_prompt": "fog", "watermark": True, "duration": 15},
        {"shot_type": ShotType.INTELLIGENCE},
        {
            "shot_type": ShotType.CUSTOMIZE,
            "shots": (Shot(prompt="a fox", seconds=2), Shot(prompt="snow", seconds=3)),
        },
    ],
)
async def test_the_local_api_takes_everything_that_can_be_asked(
    api: EvolinkClient, evolink: LocalEvolink, ask: Ask, spec: dict[str, Any]
) -> None:
    update = await submit(api, ask(**spec))
    [task] = evolink.tasks.values()
    asked = ask(**spec).spec
    assert update.remote_id == task.id
    assert task.submission.duration == asked.duration
    assert task.submission.quality == asked.quality
    assert task.submission.aspect_ratio == asked.aspect_ratio
    assert task.submission.sound == asked.sound
    assert task.submission.negative_prompt == asked.negative_prompt
    assert task.submission.watermark == asked.watermark
    assert len(task.submission.shots) == len(asked.shots)


async def test_the_balance_falls_with_each_film(
    api: EvolinkClient, evolink: LocalEvolink, ask: Ask
) -> None:
    before = await api.balance()
    await submit(api, ask())
    [task] = evolink.tasks.values()
    assert (await api.balance()).credits == pytest.approx(before.credits - float(task.price))


async def test_a_failure_says_why_and_that_nothing_is_charged(
    api: EvolinkClient, evolink: LocalEvolink, ask: Ask
) -> None:
    evolink.faults.fail_next(code="content_policy_violation")
    end = await ended(api, (await submit(api, ask())).remote_id)
    assert (end.status, end.error_code) == (RemoteStatus.FAILED, "content_policy_violation")
    assert end.is_released


@pytest.mark.parametrize(
    ("fault", "cause", "sent"),
    [
        ({"status": 401}, Cause.KEY, Certainty.NO),
        ({"status": 402}, Cause.CREDIT, Certainty.NO),
        ({"status": 400, "code": "content_policy_violation"}, Cause.POLICY, Certainty.NO),
        ({"status": 429, "retry_after": 7}, Cause.BUSY, Certainty.NO),
        ({"status": 500}, Cause.UNAVAILABLE, Certainty.MAYBE),
        ({"status": 500, "accepted": True}, Cause.UNAVAILABLE, Certainty.MAYBE),
        ({"cut": True}, Cause.UNAVAILABLE, Certainty.MAYBE),
        ({"cut": True, "accepted": True}, Cause.UNAVAILABLE, Certainty.MAYBE),
        ({"body": "<html>", "content_type": "text/html"}, Cause.UNREADABLE, Certainty.MAYBE),
        ({"without": ("id",)}, Cause.UNREADABLE, Certainty.MAYBE),
    ],
)
async def test_a_refused_submission_tells_whether_it_may_have_been_paid(
    api: EvolinkClient,
    evolink: LocalEvolink,
    ask: Ask,
    fault: dict[str, Any],
    cause: Cause,
    sent: Certainty,
) -> None:
    evolink.faults.next_submit(**fault)
    with pytest.raises(ApiError) as error:
        await submit(api, ask())
    assert (error.value.cause, error.value.sent) == (cause, sent)
    assert len(evolink.requests) == 1
    assert sent is Certainty.MAYBE or not evolink.tasks


async def test_a_read_gets_through_a_storm(
    api: EvolinkClient, evolink: LocalEvolink, ask: Ask, clock: Any
) -> None:
    remote_id = (await submit(api, ask())).remote_id
    evolink.faults.next_query(status=429, retry_after=5)
    evolink.faults.next_query(status=503)
    evolink.faults.next_query(cut=True)
    assert (await api.look(remote_id)).remote_id == remote_id
    assert clock.slept >= 5


async def test_a_film_beside_an_odd_word_is_an_end_and_an_end_without_a_film_has_none(
    api: EvolinkClient, evolink: LocalEvolink, ask: Ask
) -> None:
    remote_id = (await submit(api, ask())).remote_id
    await ended(api, remote_id)
    evolink.faults.unknown_status("dreaming")
    assert (await api.look(remote_id)).status == RemoteStatus.COMPLETED
    evolink.faults.without_results()
    assert (await api.look(remote_id)).film_url is None


async def test_a_task_nobody_knows_is_not_found(api: EvolinkClient) -> None:
    with pytest.raises(ApiError) as error:
        await api.look("task-unified-0-nobody")
    assert error.value.cause == Cause.NOT_FOUND


@pytest.mark.parametrize(
    ("fault", "is_final"),
    [
        (LinkFault.FORBIDDEN, False),
        (LinkFault.MISSING, True),
        (LinkFault.HTML, True),
        (LinkFault.ENDLESS, True),
        (LinkFault.HUGE, True),
        (LinkFault.CUT, False),
    ],
)
async def test_a_link_that_went_bad_is_told_from_one_to_try_again(
    api: EvolinkClient,
    evolink: LocalEvolink,
    films: FilmFetcher,
    ask: Ask,
    fault: LinkFault,
    is_final: bool,
) -> None:
    end = await ended(api, (await submit(api, ask())).remote_id)
    assert end.film_url is not None
    evolink.faults.next_link(fault)
    with pytest.raises(FilmError) as error:
        await films.fetch(end.film_url, task_id=TASK)
    assert error.value.is_final is is_final
    assert (await films.fetch(end.film_url, task_id=TASK)).size > 0


async def test_a_link_that_leads_to_the_clouds_secrets_is_not_followed(
    api: EvolinkClient, evolink: LocalEvolink, films: FilmFetcher, ask: Ask
) -> None:
    end = await ended(api, (await submit(api, ask())).remote_id)
    assert end.film_url is not None
    evolink.faults.redirect_link()
    with pytest.raises(FilmError) as error:
        await films.fetch(end.film_url, task_id=TASK)
    assert error.value.is_final


async def test_the_callback_leads_back_to_our_task_and_names_theirs(
    api: EvolinkClient, server: Any, ask: Ask
) -> None:
    tokens = CallbackTokens(b"0123456789abcdef0123456789abcdef")
    called: asyncio.Future[tuple[str, bytes]] = asyncio.get_running_loop().create_future()

    async def note(request: web.Request) -> web.StreamResponse:
        called.set_result((request.path.rpartition("/")[2], await request.read()))
        return web.Response(status=204)

    server.does(note)
    url = f"{server.url}/callbacks/{tokens.token(TASK)}"
    update = await api.submit(ask(), task_id=TASK, callback_url=url)
    async with asyncio.timeout(DEADLINE):
        token, body = await called
    assert tokens.task_id(token) == TASK
    assert candidate(body) == update.remote_id
