"""The video API's moods: what people are told, and that nothing is paid twice."""

import pytest

from bot.app import App
from bot.playground.evolink import LinkFault
from bot.video.ports.tasks import Search
from bot.video.values.cards import Card
from bot.video.values.videos import State
from tests.story.harness import PROMPT, Harness

POLICY = "content_policy_violation"


async def only_card(app: App) -> Card:
    (card,) = await app.front.services.videos.films(Search(limit=10))
    return card


async def balanced(app: App) -> None:
    """Every reservation and charge agrees with its video's outcome."""
    assert await app.store.tx(lambda books: books.discrepancies()) == []


@pytest.mark.parametrize("at_once", [True, False])
async def test_after_a_policy_failure_the_prompt_leaves_the_card(
    harness: Harness, at_once: bool
) -> None:
    if at_once:
        harness.api.faults.next_submit(status=400, code=POLICY)
    else:
        harness.api.faults.fail_next(code=POLICY)
    async with harness.bot() as app:
        sent = await harness.video()
        reply = await harness.reads(sent, "Could not be made · ")
        news = await harness.news("This video could not be made.")
        why = await harness.told("maya", news, "Why?")
        form = (await harness.press("maya", why, "Edit")).modal
        await balanced(app)
        quota = await harness.asks("maya", "quota")

    assert PROMPT not in reply.text + news.text
    assert not any(label.startswith("Again") for label in news.buttons)
    assert not reply.buttons
    assert "don't allow this prompt" in why.text
    assert ("Nothing was charged" if at_once else "normally returned") in why.text
    assert form is not None
    assert form.components[0]["component"]["value"] == PROMPT
    assert "0 of 1,000 credits used" in quota


async def test_busy_at_submission_waits_and_goes_on_by_itself(harness: Harness) -> None:
    harness.api.faults.next_submit(times=3, status=429, retry_after=20)
    async with harness.bot() as app:
        sent = await harness.video()
        await harness.until(lambda: len(harness.api.requests) == 1)
        await harness.reads(sent, "You keep your place")
        await harness.film()
        await balanced(app)

    assert [request.status for request in harness.api.requests] == [429, 429, 429, 200]
    first, second, *_ = (request.at for request in harness.api.requests)
    assert (second - first).total_seconds() >= 20
    assert harness.pings("maya") == 1


async def test_a_lost_answer_without_callbacks_is_told_as_it_is(harness: Harness) -> None:
    harness.api.faults.next_submit(accepted=True, cut=True)
    async with harness.bot() as app:
        sent = await harness.video()
        await harness.reads(sent, "Lost · ")
        reply = await harness.news("We lost track of this video")
        await harness.until(lambda: harness.told_operator())
        assert harness.clock is not None
        harness.clock.pass_by(hours=1)
        await harness.quiet()
        await balanced(app)
        submissions = len(harness.api.requests)
        await harness.press("maya", reply, "Try again (may be charged twice)")
        await harness.film()

    assert submissions == 1
    assert "may have charged for it" in reply.text
    assert "If the video still arrives" not in reply.text
    assert len([text for text in harness.told_operator() if "lost track of video" in text]) == 1
    assert len(harness.api.requests) == 2


async def test_a_lost_answer_with_callbacks_ends_in_the_film(harness: Harness) -> None:
    harness.callbacks_on()
    harness.api.faults.next_submit(accepted=True, cut=True)
    async with harness.bot() as app:
        sent = await harness.video()
        await harness.reads(sent, "We don't know yet whether the video service accepted this")
        await harness.film()
        await harness.reads(sent, "see the video")
        await balanced(app)

    assert len(harness.api.requests) == 1
    assert len(harness.api.tasks) == 1


async def test_an_outage_risks_only_what_was_in_flight(harness: Harness) -> None:
    async with harness.bot(MAX_RUNNING="2") as app:
        replies = [await harness.video() for _ in range(5)]
        harness.api.faults.outage()
        await harness.until(lambda: len(harness.api.requests) >= 1)
        assert harness.clock is not None
        harness.clock.pass_by(minutes=3)
        await harness.quiet()
        during = len(harness.api.requests)
        harness.api.faults.recover()
        await harness.film(5 - during)
        states = [
            card.task.state for card in await app.front.services.videos.films(Search(limit=10))
        ]
        await balanced(app)

    assert during <= 2
    assert states.count(State.LOST) == during
    assert len([reply for reply in replies if "Lost · " in reply.message.text]) == during
    assert len(harness.api.requests) == 5


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [(401, "unauthorized", "EVOLINK_API_KEY"), (402, "insufficient_quota", "no credits left")],
)
async def test_a_refused_key_or_empty_account_pauses_and_heals_by_itself(
    harness: Harness, status: int, code: str, words: str
) -> None:
    harness.api.faults.next_submit(times=None, status=status, code=code)
    harness.api.faults.next_credits(times=None, status=status, code=code)
    async with harness.bot() as app:
        first, second = await harness.video(), await harness.video()
        await harness.reads(first, "You keep your place")
        await harness.reads(second, "You keep your place")
        await harness.until(lambda: harness.told_operator())
        tries = len(harness.api.requests)
        harness.api.faults.clear()
        await harness.film(2)
        await harness.quiet()
        await balanced(app)

    assert tries <= 2
    assert [words in text for text in harness.told_operator()] == [True]
    assert len(harness.api.tasks) == 2


@pytest.mark.long
async def test_a_video_that_a_firewall_refuses_ends_and_the_next_one_is_made(
    harness: Harness,
) -> None:
    page = {"body": "<html>blocked</html>", "content_type": "text/html", "status": 403}
    harness.api.faults.next_submit(times=5, **page)
    async with harness.bot() as app:
        refused = await harness.video()
        await harness.reads(refused, "Could not be made · ")
        made = await harness.video()
        await harness.film()
        await harness.reads(made, "see the video")
        await balanced(app)

    assert len(harness.api.requests) == 6
    [told] = harness.told_operator()
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
    harness: Harness, answer: dict[str, object]
) -> None:
    async with harness.bot() as app:
        sent = await harness.video()
        await harness.until(lambda: harness.api.tasks)
        harness.api.faults.next_query(times=3, **answer)
        await harness.film()
        await harness.reads(sent, "see the video")
        await balanced(app)

    assert len(harness.api.requests) == 1


async def test_strange_news_of_a_film_never_ends_it(harness: Harness) -> None:
    harness.api.faults.unknown_status("meditating", times=2)
    harness.api.faults.progress_back(times=1)
    harness.api.faults.without_results(times=2)
    async with harness.bot() as app:
        sent = await harness.video()
        await harness.film()
        await harness.reads(sent, "see the video")
        await balanced(app)

    assert len(harness.api.requests) == 1


@pytest.mark.parametrize("fault", [LinkFault.FORBIDDEN, LinkFault.HTML, LinkFault.HUGE])
async def test_a_film_that_cannot_be_fetched_is_linked(harness: Harness, fault: LinkFault) -> None:
    harness.api.faults.next_link(fault, times=None)
    async with harness.bot() as app:
        sent = await harness.video()
        film = await harness.film()
        await harness.reads(sent, "see the video")
        await balanced(app)

    assert film.attachments == ()
    assert f"{harness.api.url}/files/" in str(film.buttons["Original file"]["url"])
    assert harness.pings("maya") == 1
    assert [*harness.folder.glob("big-films/*")] == []


async def test_a_film_whose_file_stays_away_is_said_to_be_gone(harness: Harness) -> None:
    harness.api.faults.next_link(LinkFault.MISSING, times=None)
    async with harness.bot() as app:
        sent = await harness.video()
        film = await harness.film()
        await harness.reads(sent, "see the video")
        await balanced(app)

    assert film.attachments == ()
    assert "The video is gone" in film.text
    assert f"{harness.api.url}/files/" not in film.text
    assert "Original file" not in film.buttons


async def test_a_result_link_never_leads_the_bot_inside(harness: Harness) -> None:
    visits: list[str] = []
    harness.discord.requests.observers.append(lambda request: visits.append(request.path))
    harness.api.faults.redirect_link(to=f"{harness.discord.rest_url}/secret", times=None)
    async with harness.bot():
        await harness.video()
        film = await harness.film()

    assert film.attachments == ()
    assert not [path for path in visits if path.endswith("/secret")]


async def test_a_cut_download_is_tried_again(harness: Harness) -> None:
    harness.api.faults.next_link(LinkFault.CUT, times=2)
    async with harness.bot():
        await harness.video()
        film = await harness.film()

    assert len(film.attachments) == 1


async def test_a_film_stuck_for_a_day_is_lost_and_still_delivered_when_it_comes(
    harness: Harness,
) -> None:
    harness.api.faults.stick_next()
    async with harness.bot() as app:
        sent = await harness.video()
        await harness.until(lambda: harness.api.tasks)
        await harness.reads(sent, "Taking longer than usual")
        assert harness.clock is not None
        harness.clock.pass_by(hours=25)
        await harness.reads(sent, "Lost · ")
        promise = (await harness.news("We lost track")).text
        quota = await harness.asks("maya", "quota")
        next(iter(harness.api.tasks.values())).unstick.set()
        harness.clock.pass_by(hours=1.1)
        await harness.film()
        card = await only_card(app)
        await balanced(app)

    assert card.task.state is State.COMPLETED
    assert "If the video still arrives" in promise
    assert "0 of 1,000 credits used" in quota
    assert len(harness.api.requests) == 1
