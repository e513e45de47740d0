"""The first response has arrived: what is kept, and what a card says about the queue."""

from datetime import timedelta

from msgspec.structs import replace

from bot.video.ports.books import Books
from bot.video.ports.edges import SentMessage
from bot.video.values.cards import FAR, Card
from bot.video.values.contents import BlockedContent
from bot.video.values.posts import Post, PostKind, PostState, Rung
from bot.video.values.videos import State
from tests.video.harness import PERSON, UNDO, Harness, Start


async def reply(harness: Harness, task_id: str) -> Post:
    post = await harness.store.tx(lambda books: books.find_post(task_id, PostKind.REPLY))
    assert post is not None
    return post


async def test_the_first_word_of_an_answer_counts(harness: Harness) -> None:
    card = await harness.accept()
    await harness.videos.answered(card.task.id, message_id=500)
    first = await harness.task(card.task.id)
    await harness.clock.advance(1)
    await harness.videos.answered(card.task.id, message_id=501)
    post = await reply(harness, card.task.id)
    assert (post.state, post.message_id, post.due_at) == (PostState.THERE, 500, None)
    assert (await harness.task(card.task.id)).ready_at == first.ready_at == first.created_at + UNDO


async def test_a_reply_that_is_found_after_the_undo_seconds_began_is_settled(
    harness: Harness,
) -> None:
    card = await harness.accept()
    post = await reply(harness, card.task.id)
    harness.announcer.there[post.nonce] = SentMessage(channel_id=post.channel_id, message_id=500)
    await harness.store.tx(lambda books: books.begin_undo(card.task.id, harness.clock.now() + UNDO))

    await harness.clock.advance(30)

    found = await reply(harness, card.task.id)
    assert (found.state, found.message_id, found.due_at) == (PostState.THERE, 500, None)
    assert await harness.state(card.task.id) is State.RUNNING


async def test_an_answer_to_what_was_cancelled_meanwhile_is_drawn_anew(harness: Harness) -> None:
    card = await harness.accept()
    await harness.videos.cancel(card.task.id, by=PERSON, may_moderate=False)
    await harness.videos.answered(card.task.id, message_id=500)
    await harness.clock.advance(5)
    (last,) = harness.announcer.of("show")
    assert last.post.message_id == 500
    assert last.card is not None
    assert last.card.task.state is State.CANCELLED


async def test_a_person_is_told_once_of_what_waits_in_the_inbox(harness: Harness) -> None:
    kept = Post(
        id="kept",
        kind=PostKind.PERSON,
        state=PostState.INBOX,
        rung=Rung.DM,
        nonce="kept",
        content=BlockedContent(locale="en-US", server="Club"),
        server_id=1,
        channel_id=0,
        user_id=PERSON,
    )
    await harness.store.tx(lambda books: books.add_post(kept))
    hints = []
    for _ in range(2):
        card = await harness.accept()
        hints.append(await harness.videos.answered(card.task.id, message_id=500))
    assert hints == [True, False]


async def test_a_card_says_the_place_and_how_long_from_what_is_at_the_api(start: Start) -> None:
    async with start(slots=2) as harness:
        for _ in range(2):
            await harness.ask()
        await harness.clock.advance(10)  # both are at the API, and took no time to get there
        said = []
        for _ in range(3):
            card = await harness.accept()
            said.append((card.place, card.turn_at - harness.clock.now()))
            await harness.clock.advance(1)
        waits = [timedelta(seconds=90 * place) for place in (1, 2, 3)]
        assert said == list(zip((1, 2, 3), waits, strict=True))  # 180 s a film, two at once


async def test_nobody_counts_a_very_long_queue(harness: Harness) -> None:
    first = await harness.accept()
    await harness.store.tx(_copy, first, FAR + 7)
    card = await harness.accept()
    assert (card.is_far, card.turn_at) == (True, None)


def _copy(books: Books, card: Card, count: int) -> None:
    """Let so many more videos like this wait."""
    for number in range(count):
        books.add_task(replace(card.task, id=f"{number:020}"), seconds=5)


async def test_who_comes_first_of_all_does_not_wait(harness: Harness) -> None:
    card = await harness.accept()
    assert (card.place, card.turn_at) == (1, harness.clock.now())


async def test_a_person_with_fewer_films_has_an_earlier_place(harness: Harness) -> None:
    for _ in range(3):
        await harness.accept()
        await harness.clock.advance(1)
    assert (await harness.accept(user=PERSON + 1)).place == 2


async def test_the_submitter_rests_while_nobody_is_ready(harness: Harness) -> None:
    await harness.ask()
    await harness.clock.advance(30)
    at, _ = await harness.store.tx(lambda books: books.head())
    assert at is None  # it runs, and nobody else waits
    waiting = await harness.ask()
    at, _ = await harness.store.tx(lambda books: books.head())
    assert at == harness.clock.now() + UNDO
    await harness.clock.advance(UNDO / timedelta(seconds=1) + 1)
    assert await harness.state(waiting) is State.RUNNING
