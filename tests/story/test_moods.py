"""The moods of the video API: what people are told, and that nothing is paid twice."""

import pytest

from bot.app import App
from bot.playground.evolink import LinkFault
from bot.video.ports.books import Search
from bot.video.values.cards import Card
from bot.video.values.videos import State
from tests.story.stage import PROMPT, Stage

POLICY = "content_policy_violation"


async def only_card(app: App) -> Card:
    (card,) = await app.services.studio.films(Search(limit=10))
    return card


async def balanced(app: App) -> None:
    """Every reservation and every charge agrees with what became of its film."""
    assert await app.services.store.tx(lambda books: books.discrepancies()) == []


@pytest.mark.parametrize("at_once", [True, False])
async def test_after_a_policy_failure_the_prompt_leaves_the_card(
    stage: Stage, at_once: bool
) -> None:
    if at_once:
        stage.api.faults.next_submit(status=400, code=POLICY)
    else:
        stage.api.faults.fail_next(code=POLICY)
    async with stage.bot() as app:
        sent = await stage.video()
        reply = await stage.reads(sent, "This video could not be made.")
        why = await stage.told("maya", reply, "Why?")
        form = (await stage.press("maya", why, "Edit")).modal
        await balanced(app)
        quota = await stage.asks("maya", "quota")

    assert PROMPT not in reply.text
    assert "Again" not in reply.buttons
    assert "don't allow this prompt" in why.text
    assert ("Nothing was charged" if at_once else "normally returned") in why.text
    assert form is not None
    assert form.components[0]["component"]["value"] == PROMPT
    assert "0 of 1,000 credits used" in quota


async def test_busy_at_submission_waits_and_goes_on_by_itself(stage: Stage) -> None:
    stage.api.faults.next_submit(times=3, status=429, retry_after=20)
    async with stage.bot() as app:
        sent = await stage.video()
        await stage.until(lambda: len(stage.api.requests) == 1)
        await stage.reads(sent, "You keep your place")
        await stage.film()
        await balanced(app)

    assert [request.status for request in stage.api.requests] == [429, 429, 429, 200]
    first, second, *_ = (request.at for request in stage.api.requests)
    assert (second - first).total_seconds() >= 20
    assert stage.pings("maya") == 1


async def test_a_lost_answer_without_callbacks_is_told_as_it_is(stage: Stage) -> None:
    stage.api.faults.next_submit(accepted=True, cut=True)
    async with stage.bot() as app:
        sent = await stage.video()
        reply = await stage.reads(sent, "We lost track of this video")
        await stage.until(lambda: stage.told_operator())
        assert stage.clock is not None
        stage.clock.pass_by(hours=1)
        await stage.quiet()
        await balanced(app)
        submissions = len(stage.api.requests)
        await stage.press("maya", reply, "Try again (may be charged twice)")
        await stage.film()

    assert submissions == 1
    assert "may have charged for it" in reply.text
    assert "If the video still arrives" not in reply.text
    assert len([text for text in stage.told_operator() if "lost track of video" in text]) == 1
    assert len(stage.api.requests) == 2


async def test_a_lost_answer_with_callbacks_ends_in_the_film(stage: Stage) -> None:
    stage.callbacks_on()
    stage.api.faults.next_submit(accepted=True, cut=True)
    async with stage.bot() as app:
        sent = await stage.video()
        await stage.reads(sent, "We don't know yet whether the video service accepted this")
        await stage.film()
        await stage.reads(sent, "see the video")
        await balanced(app)

    assert len(stage.api.requests) == 1
    assert len(stage.api.tasks) == 1


async def test_an_outage_risks_only_what_was_in_flight(stage: Stage) -> None:
    async with stage.bot(MAX_RUNNING="2") as app:
        replies = [await stage.video() for _ in range(5)]
        stage.api.faults.outage()
        await stage.until(lambda: len(stage.api.requests) >= 1)
        assert stage.clock is not None
        stage.clock.pass_by(minutes=3)
        await stage.quiet()
        during = len(stage.api.requests)
        stage.api.faults.recover()
        await stage.film(5 - during)
        states = [card.task.state for card in await app.services.studio.films(Search(limit=10))]
        await balanced(app)

    assert during <= 2
    assert states.count(State.LOST) == during
    assert len([reply for reply in replies if "We lost track" in reply.message.text]) == during
    assert len(stage.api.requests) == 5


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [(401, "unauthorized", "EVOLINK_API_KEY"), (402, "insufficient_quota", "no credits left")],
)
async def test_a_refused_key_or_empty_account_pauses_and_heals_by_itself(
    stage: Stage, status: int, code: str, words: str
) -> None:
    stage.api.faults.next_submit(times=None, status=status, code=code)
    stage.api.faults.next_credits(times=None, status=status, code=code)
    async with stage.bot() as app:
        first, second = await stage.video(), await stage.video()
        await stage.reads(first, "You keep your place")
        await stage.reads(second, "You keep your place")
        await stage.until(lambda: stage.told_operator())
        tries = len(stage.api.requests)
        stage.api.faults.clear()
        await stage.film(2)
        await stage.quiet()
        await balanced(app)

    assert tries <= 2
    assert [words in text for text in stage.told_operator()] == [True]
    assert len(stage.api.tasks) == 2


@pytest.mark.long
async def test_a_video_that_a_firewall_refuses_ends_and_the_next_one_is_made(stage: Stage) -> None:
    page = {"body": "<html>blocked</html>", "content_type": "text/html", "status": 403}
    stage.api.faults.next_submit(times=5, **page)
    async with stage.bot() as app:
        refused = await stage.video()
        await stage.reads(refused, "could not be made")
        made = await stage.video()
        await stage.film()
        await stage.reads(made, "see the video")
        await balanced(app)

    assert len(stage.api.requests) == 6
    [told] = stage.told_operator()
    assert "HTTP 403" in told
    assert "says nothing about EVOLINK_API_KEY" in told


@pytest.mark.parametrize(
    "answer",
    [
        {"body": "<html>Bad gateway</html>", "content_type": "text/html", "status": 502},
        {"body": "<html>hello</html>", "content_type": "text/html"},
        {"body": '{"id": 12'},
        {"body": "[]"},
        {"status": 500},
    ],
)
async def test_answers_nobody_can_read_are_asked_for_again(
    stage: Stage, answer: dict[str, object]
) -> None:
    async with stage.bot() as app:
        sent = await stage.video()
        await stage.until(lambda: stage.api.tasks)
        stage.api.faults.next_query(times=3, **answer)
        await stage.film()
        await stage.reads(sent, "see the video")
        await balanced(app)

    assert len(stage.api.requests) == 1


async def test_strange_news_of_a_film_never_ends_it(stage: Stage) -> None:
    stage.api.faults.unknown_status("meditating", times=2)
    stage.api.faults.progress_back(times=1)
    stage.api.faults.without_results(times=2)
    async with stage.bot() as app:
        sent = await stage.video()
        await stage.film()
        await stage.reads(sent, "see the video")
        await balanced(app)

    assert len(stage.api.requests) == 1


@pytest.mark.parametrize("fault", [LinkFault.FORBIDDEN, LinkFault.HTML, LinkFault.HUGE])
async def test_a_film_that_cannot_be_fetched_is_linked(stage: Stage, fault: LinkFault) -> None:
    stage.api.faults.next_link(fault, times=None)
    async with stage.bot() as app:
        sent = await stage.video()
        film = await stage.film()
        await stage.reads(sent, "see the video")
        await balanced(app)

    assert film.attachments == ()
    assert f"{stage.api.url}/files/" in film.text
    assert stage.pings("maya") == 1
    assert [*stage.folder.glob("big-films/*")] == []


async def test_a_film_whose_file_stays_away_is_said_to_be_gone(stage: Stage) -> None:
    stage.api.faults.next_link(LinkFault.MISSING, times=None)
    async with stage.bot() as app:
        sent = await stage.video()
        film = await stage.film()
        await stage.reads(sent, "see the video")
        await balanced(app)

    assert film.attachments == ()
    assert "The video is gone" in film.text
    assert f"{stage.api.url}/files/" not in film.text


async def test_a_result_link_never_leads_the_bot_inside(stage: Stage) -> None:
    visits: list[str] = []
    stage.discord.requests.observers.append(lambda request: visits.append(request.path))
    stage.api.faults.redirect_link(to=f"{stage.discord.rest_url}/secret", times=None)
    async with stage.bot():
        await stage.video()
        film = await stage.film()

    assert film.attachments == ()
    assert not [path for path in visits if path.endswith("/secret")]


async def test_a_cut_download_is_tried_again(stage: Stage) -> None:
    stage.api.faults.next_link(LinkFault.CUT, times=2)
    async with stage.bot():
        await stage.video()
        film = await stage.film()

    assert len(film.attachments) == 1


async def test_a_film_stuck_for_a_day_is_lost_and_still_delivered_when_it_comes(
    stage: Stage,
) -> None:
    stage.api.faults.stick_next()
    async with stage.bot() as app:
        sent = await stage.video()
        await stage.until(lambda: stage.api.tasks)
        await stage.reads(sent, "Taking longer than usual")
        assert stage.clock is not None
        stage.clock.pass_by(hours=25)
        await stage.until(lambda: sent.message and "We lost track" in sent.message.text)
        promise = sent.message.text
        quota = await stage.asks("maya", "quota")
        next(iter(stage.api.tasks.values())).unstick.set()
        stage.clock.pass_by(hours=1.1)
        await stage.film()
        card = await only_card(app)
        await balanced(app)

    assert card.task.state is State.COMPLETED
    assert "If the video still arrives" in promise
    assert "0 of 1,000 credits used" in quota
    assert len(stage.api.requests) == 1
