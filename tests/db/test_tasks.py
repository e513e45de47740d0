"""Requests and tasks come back as they were stored, and move by compare-and-set."""

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from bot.video.ports.books import Books
from bot.video.ports.tasks import Search
from bot.video.values.catalogue import AspectRatio, Quality, ShotType, Sound
from bot.video.values.posts import PostKind, PostState, Rung
from bot.video.values.videos import OUTCOMES, Shot, State, VideoSpec
from bot.video.values.waiting import Busy, Queue
from tests.db.conftest import UNSOUND

SPEC = VideoSpec(
    prompt="un zorro 🦊 'quoted' \\ 100%",
    negative_prompt="blurry",
    duration=12,
    aspect_ratio=AspectRatio.TALL,
    sound=Sound.ON,
    quality=Quality.HIGH,
    shot_type=ShotType.CUSTOMIZE,
    shots=(Shot(prompt="it wakes", seconds=4), Shot(prompt="it runs", seconds=8)),
    watermark=True,
    model="kling",
)


def looked(books: Books, doubted_since: datetime) -> Queue:
    return books.queue(doubted_since=doubted_since, recent=2, most=9, exact=9)


async def test_a_request_comes_back_as_it_was_asked(store, new_task, new_request):
    request = replace(new_request(new_task()), parent_id="p" * 20, spec=SPEC)
    await store.tx(lambda books: books.add_request(request))
    assert await store.tx(lambda books: books.request(request.id)) == request


async def test_a_task_comes_back_with_every_field(store, accept, now):
    task = await store.tx(
        accept,
        state=State.RUNNING,
        decided_by='{"daily": 5}',
        owner=3,
        epoch=4,
        ready_at=now,
        submitted_at=now + timedelta(milliseconds=1),
        remote_id="task-unified-1",
        progress=40,
        estimate=120,
        due_at=now + timedelta(days=400),
        error_code="x",
        error_message="y",
        candidate="z",
        film_url="https://films.example/a.mp4",
        film_until=now,
        muted=True,
        deleted_by=2**63 - 1,
    )
    assert await store.tx(lambda books: books.task(task.id)) == task
    assert await store.tx(lambda books: books.find_task(task.id)) == task
    assert await store.tx(lambda books: books.task_by_remote_id("task-unified-1")) == task


async def test_what_does_not_exist_is_none_or_a_key_error(store):
    assert await store.tx(lambda books: books.find_task("none")) is None
    assert await store.tx(lambda books: books.task_by_remote_id("none")) is None
    for ask in (
        lambda books: books.task("none"),
        lambda books: books.request("none"),
        lambda books: books.note("none", muted=True),
        lambda books: books.post("none"),
        lambda books: books.change_post("none", attempts=1),
    ):
        with pytest.raises(KeyError, match="none"):
            await store.tx(ask)


async def test_a_move_changes_state_and_fields_and_raises_the_epoch(store, accept, now):
    task = await store.tx(accept, owner=1)
    moved = await store.tx(lambda books: books.move(task, State.RUNNING, remote_id="r", due_at=now))
    expected = replace(task, state=State.RUNNING, epoch=1, remote_id="r", due_at=now)
    assert moved == expected
    assert await store.tx(lambda books: books.task(task.id)) == expected


@pytest.mark.parametrize("stale", [{"state": State.HELD}, {"owner": 2}, {"epoch": 1}])
async def test_a_driver_with_stale_knowledge_changes_nothing(store, accept, stale):
    task = await store.tx(accept, owner=1)
    outdated = replace(task, **stale)
    assert await store.tx(lambda books: books.move(outdated, State.SUBMITTING)) is None
    assert await store.tx(lambda books: books.task(task.id)) == task


async def test_people_move_a_task_by_its_state_alone(store, accept):
    task = await store.tx(accept, owner=9)
    waiting = {State.HELD, State.QUEUED}
    moved = await store.tx(lambda books: books.move_from(task.id, waiting, State.CANCELLED))
    assert moved == replace(task, state=State.CANCELLED, epoch=1)
    assert await store.tx(lambda books: books.move_from(task.id, waiting, State.CANCELLED)) is None


async def test_a_move_by_a_person_fences_the_driver_that_read_before_it(store, accept):
    read = await store.tx(accept, owner=9)
    await store.tx(lambda books: books.move_from(read.id, {State.QUEUED}, State.QUEUED))
    assert await store.tx(lambda books: books.move(read, State.SUBMITTING)) is None


async def test_a_note_leaves_state_and_epoch(store, accept):
    task = await store.tx(accept)
    noted = await store.tx(lambda books: books.note(task.id, muted=True))
    assert noted == replace(task, muted=True)


async def test_an_unknown_field_is_refused_rather_than_dropped(store, accept, new_post):
    task = await store.tx(accept)
    await store.tx(lambda books: books.add_post(new_post(id="p")))
    with pytest.raises(TypeError, match="mutedd"):
        await store.tx(lambda books: books.note(task.id, mutedd=True))
    with pytest.raises(TypeError, match="stat"):
        await store.tx(lambda books: books.change_post("p", stat=1))


async def test_no_two_tasks_hold_one_remote_id(store, accept):
    await store.tx(accept, state=State.RUNNING, remote_id="same")
    with pytest.raises(UNSOUND):
        await store.tx(accept, state=State.RUNNING, remote_id="same")
    assert len(await store.tx(lambda books: books.search(Search()))) == 1


async def test_a_running_task_has_a_remote_id(store, accept):
    with pytest.raises(UNSOUND):
        await store.tx(accept, state=State.RUNNING)


async def test_a_search_is_narrowed_and_paged_newest_first(store, accept, now):
    mine = [
        await store.tx(accept, user_id=5, server_id=i % 2, created_at=now + timedelta(seconds=i))
        for i in range(5)
    ]
    await store.tx(accept, user_id=6)

    async def found(**search):
        rows = await store.tx(lambda books: books.search(Search(**search)))
        assert all(request.id == task.request_id for request, task in rows)
        return [task for _, task in rows]

    assert await found(user_id=5) == mine[::-1]
    assert await found(user_id=5, server_id=1) == [mine[3], mine[1]]
    assert await found(user_id=5, offset=1, limit=2) == [mine[3], mine[2]]
    assert len(await found()) == 6


async def test_the_queue_is_oldest_first_and_counted(store, accept, now):
    late = await store.tx(accept, created_at=now + timedelta(seconds=1), ready_at=now)
    early = await store.tx(accept)
    await store.tx(accept, state=State.HELD)
    waiting = await store.tx(lambda books: looked(books, now).waiting)
    assert [each.task_id for each in waiting] == [early.id, late.id]
    long = {"doubted_since": now, "recent": 2, "most": 2, "exact": 1}
    assert await store.tx(lambda books: books.queue(**long)) == Queue(
        length=2, at_api=0, seconds=None
    )
    near = await store.tx(lambda books: [books.survey(most=most).near for most in (1, 2)])
    assert near[0] == []  # the queue is longer
    assert {(each.task_id, each.ready_at) for each in near[1]} == {(early.id, None), (late.id, now)}
    ready, (at, _) = await store.tx(lambda books: (books.ready(now), books.head()))
    assert ([each.task_id for each in ready], at) == ([late.id], now)
    assert await store.tx(lambda books: books.ready(now - timedelta(milliseconds=1))) == []


async def test_busy_are_those_at_the_api(store, accept, now):
    for number, state in enumerate(State):
        await store.tx(
            accept, state=state, user_id=number, remote_id=f"r{number}", submitted_at=now
        )
    since = now - timedelta(seconds=1)
    busy = await store.tx(lambda books: books.busy(doubted_since=since))
    at_api = [State.SUBMITTING, State.UNCONFIRMED, State.RUNNING]
    expected = {Busy(server_id=1, user_id=list(State).index(state)) for state in at_api}
    assert set(busy) == expected
    assert len(busy) == 3
    assert len(await store.tx(lambda books: books.busy(doubted_since=now))) == 2
    counts = [(await store.tx(looked, s)).at_api for s in (since, now)]
    assert counts == [3, 2]


async def test_due_is_whatever_of_ours_has_a_time_earliest_first(store, accept, now):
    second = await store.tx(accept, due_at=now + timedelta(seconds=1), owner=1)
    first = await store.tx(accept, due_at=now, state=State.LOST, owner=1)
    await store.tx(accept, owner=1)
    await store.tx(accept, due_at=now, owner=2)
    due = await store.tx(lambda books: books.due(owner=1))
    assert due == [(first.id, now), (second.id, second.due_at)]


async def test_tasks_in_a_state_are_those_of_one_owner(store, accept):
    mine = await store.tx(accept, state=State.SUBMITTING, owner=1)
    await store.tx(accept, state=State.SUBMITTING, owner=2)
    await store.tx(accept, owner=1)
    found = await store.tx(lambda books: books.tasks_in(State.SUBMITTING, owner=1))
    assert found == [mine]


async def test_recent_films_say_how_long_they_took_and_what_they_cost(store, accept, now):
    assert await store.tx(lambda books: books.average_price(10)) is None
    queue = await store.tx(looked, now)
    assert queue == Queue(length=0, at_api=0, seconds=None)
    for number in (1, 2, 3):
        await store.tx(
            accept,
            state=State.COMPLETED,
            created_at=now + timedelta(seconds=number),
            submitted_at=now + timedelta(seconds=number),
            ended_at=now + timedelta(seconds=101 * number),
            price=number,
        )
    await store.tx(accept, price=10, created_at=now)
    queue = await store.tx(looked, now)
    assert (queue.length, queue.at_api, queue.seconds) == (1, 0, 250.0)
    assert await store.tx(lambda books: books.average_price(2)) == 2.5


async def test_adoption_takes_what_is_not_done_with(store, accept, new_post, now):
    unfinished = [
        await store.tx(accept, state=state, remote_id=f"r{state}")
        for state in set(State) - OUTCOMES
    ]
    late = await store.tx(accept, state=State.LOST, due_at=now)
    told = await store.tx(accept, state=State.FAILED)
    owing = await store.tx(accept, state=State.FAILED)
    for task, state in ((told, PostState.THERE), (owing, PostState.SENDING)):
        post = new_post(task_id=task.id, state=state)
        await store.tx(lambda books, post=post: books.add_post(post))
    owner = store.lease.owner
    assert len(await store.tx(lambda books: books.adopt(owner))) == len(unfinished) + 2
    assert await store.tx(lambda books: books.adopt(owner)) == []
    assert (await store.tx(lambda books: books.task(told.id))).owner == 0
    for task in (*unfinished, late, owing):
        assert await store.tx(lambda books, task=task: books.task(task.id)) == replace(
            task, owner=owner, epoch=1
        )


async def test_adoption_leaves_what_this_process_drives(store, accept):
    task = await store.tx(accept, owner=store.lease.owner)
    assert await store.tx(lambda books: books.adopt(store.lease.owner)) == []
    assert await store.tx(lambda books: books.task(task.id)) == task


@pytest.mark.parametrize(
    ("asked", "sought"),
    [
        ("zwei FÜCHSE im Schnee", "füchse"),
        ("zwei füchse im Schnee", "FÜCHSE"),
        ("ЛИСА в снегу", "лиса"),
        ("ένας ΣΚΎΛΟΣ", "σκύλος"),
        ("eine lange STRASSE", "straße"),
        ("a cafe\u0301 at night", "CAFÉ"),
        ("100% of_it", "100%"),
    ],
)
async def test_words_are_found_in_whatever_case_of_whatever_letters(
    store, new_task, new_request, asked, sought
):
    in_prompt, in_shot, other = new_task(), new_task(), new_task()
    shot = VideoSpec(prompt="", shots=(Shot(prompt=asked, seconds=5),))
    specs = (VideoSpec(prompt=asked), shot, VideoSpec(prompt="a wolf"))

    def kept(books):
        for task, spec in zip((in_prompt, in_shot, other), specs, strict=True):
            books.add_request(new_request(task, spec))
            books.add_task(task, seconds=5)

    await store.tx(kept)
    found = await store.tx(lambda books: books.search(Search(words=(sought,))))

    assert {task.id for _, task in found} == {in_prompt.id, in_shot.id}
    assert {request.spec for request, _ in found} == set(specs[:2])


async def test_others_find_what_stands_where_they_see_and_moderators_all(
    store, new_task, new_request, new_post
):
    def kept(books, *, place=7, seen_from=7, state=PostState.THERE, rung=Rung.CHANNEL, **changes):
        task = new_task(**changes)
        request = replace(new_request(task), channel_id=place, seen_from=seen_from)
        books.add_request(request)
        books.add_task(task, seconds=5)
        film = new_post(kind=PostKind.FILM, state=state, rung=rung, task_id=task.id)
        books.add_post(film)
        return task.id

    def some(books):
        standing = {kept(books), kept(books, place=70, rung=Rung.PARENT)}
        hidden = {
            kept(books, deleted_by=5),
            kept(books, state=PostState.GONE),
            kept(books, rung=Rung.DM),
        }
        for elsewhere in ({"place": 71, "seen_from": 0}, {"place": 8, "seen_from": 8}):
            kept(books, **elsewhere)
        return standing, hidden

    def found(books, **who):
        search = Search(seen_by=1, seen_in=frozenset({7}), limit=20, **who)
        return {task.id for _, task in books.search(search)}

    standing, hidden = await store.tx(some)

    assert await store.tx(found) == standing
    assert await store.tx(found, moderated_in=frozenset({7})) == standing | hidden
