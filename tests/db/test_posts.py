"""Posts: what is owed to whom, one post per nonce. Facts: the last write wins."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import text

from bot.db import processes
from bot.video.values.contents import FilmContent
from bot.video.values.posts import PostKind, PostState, Rung
from tests.db.conftest import UNSOUND


async def test_a_post_comes_back_with_every_field(store, accept, new_post, now):
    task = await store.tx(accept)
    post = new_post(
        kind=PostKind.FILM,
        task_id=task.id,
        content=FilmContent(kept_at="https://bot.example/films/a.mp4"),
        server_id=1,
        channel_id=2,
        user_id=2**62,
        message_id=2**63 - 1,
        sent_to=4,
        attempts=5,
        due_at=now,
        application_id=6,
        token="secret",
        token_until=now,
    )
    assert await store.tx(lambda books: books.add_post(post)) is True
    assert await store.tx(lambda books: books.post(post.id)) == post
    assert await store.tx(lambda books: books.posts(task.id)) == [post]
    assert await store.tx(lambda books: books.find_post(task.id, PostKind.FILM)) == post
    assert await store.tx(lambda books: books.find_post(task.id, PostKind.REPLY)) is None


async def test_a_second_post_of_one_nonce_is_not_added(store, new_post):
    first, second = new_post(nonce="same"), new_post(nonce="same")
    assert await store.tx(lambda books: (books.add_post(first), books.add_post(second))) == (
        True,
        False,
    )
    assert [owed.post_id for owed in await store.tx(lambda books: books.survey().owed)] == [
        first.id
    ]


async def test_a_post_belongs_to_a_task_that_exists(store, new_post):
    with pytest.raises(UNSOUND):
        await store.tx(lambda books: books.add_post(new_post(task_id="nobody")))


async def test_a_post_changes_only_in_what_is_named(store, new_post, now):
    post = new_post(token="secret")
    await store.tx(lambda books: books.add_post(post))
    changes = {"state": PostState.THERE, "rung": Rung.DM, "message_id": 9, "token": ""}
    changed = await store.tx(lambda books: books.change_post(post.id, **changes))
    assert changed == replace(post, **changes)
    assert await store.tx(lambda books: books.post(post.id)) == changed


async def test_owed_is_what_is_due_or_being_sent_earliest_first(store, accept, new_post, now):
    await store.tx(lambda books: processes.begin(books.connection, now=now))  # a second one, alive
    mine, other = await store.tx(accept, owner=1), await store.tx(accept, owner=2)
    posts = {
        "later": new_post(task_id=mine.id, due_at=now + timedelta(seconds=1)),
        "now": new_post(task_id=other.id, due_at=now, state=PostState.SENDING),
        "at once": new_post(),
        **{
            state: new_post(state=state)
            for state in (PostState.THERE, PostState.GONE, PostState.INBOX)
        },
    }
    await store.tx(lambda books: [books.add_post(post) for post in posts.values()])
    owed = await store.tx(lambda books: books.survey().owed)
    assert [(each.post_id, each.at) for each in owed] == [
        (posts["at once"].id, datetime(1970, 1, 1, tzinfo=UTC)),
        (posts["now"].id, now),
        (posts["later"].id, now + timedelta(seconds=1)),
    ]
    free = await store.tx(accept, owner=0)
    nobodys = new_post(task_id=free.id, due_at=now + timedelta(seconds=2))
    await store.tx(lambda books: books.add_post(nobodys))
    of_one = await store.tx(lambda books: books.survey(owner=1).owed)
    assert [each.post_id for each in of_one] == [posts["at once"].id, posts["later"].id]
    assert await store.tx(lambda books: books.adopt(1)) == [free.id]
    of_one = await store.tx(lambda books: books.survey(owner=1).owed)
    assert [each.post_id for each in of_one][2:] == [nobodys.id]


async def test_an_inbox_is_a_persons_own_newest_film_first(store, accept, new_post, now):
    tasks = [await store.tx(accept, created_at=now + timedelta(seconds=i)) for i in (2, 3, 1)]
    posts = [new_post(task_id=t.id, user_id=5, state=PostState.INBOX) for t in tasks]
    for post in (*posts, new_post(user_id=6, state=PostState.INBOX), new_post(user_id=5)):
        await store.tx(lambda books, post=post: books.add_post(post))
    inbox = await store.tx(lambda books: books.inbox(5))
    assert [post.id for post in inbox] == [posts[i].id for i in (1, 0, 2)]


async def test_a_fact_is_what_was_said_last(store):
    assert await store.tx(lambda books: books.fact("paused")) is None
    for value in ("yes", "no"):
        await store.tx(lambda books, value=value: books.set_fact("paused", value))
    assert await store.tx(lambda books: books.fact("paused")) == "no"


async def test_a_message_about_an_old_video_of_a_dead_process_finds_a_sender(
    store, ended, new_post
):
    old = await store.tx(ended, owner=77)
    await store.tx(lambda books: books.add_post(new_post(task_id=old.id)))
    me = store.lease.owner
    assert await store.tx(lambda books: books.adopt(me)) == [old.id]
    assert len(await store.tx(lambda books: books.survey(owner=me).owed)) == 1


async def test_edits_are_owed_for_the_messages_of_a_request_that_are_there(
    store, new_task, new_request, new_post, now
):
    first, second = new_task(take=1), new_task(take=2)
    second = replace(second, request_id=first.request_id)
    there = new_post(task_id=first.id, state=PostState.THERE)
    sending = new_post(task_id=first.id, state=PostState.SENDING)
    film = new_post(task_id=first.id, state=PostState.THERE, kind=PostKind.FILM)

    def write(books):
        books.add_request(new_request(first))
        for task in (first, second):
            books.add_task(task, seconds=5)
        for post in (there, sending, film):
            books.add_post(post)
        books.owe_edits(second.id, {PostKind.REPLY, PostKind.REPORT}, now)
        return [books.post(each.id) for each in (there, sending)], books.post(film.id)

    replies, other = await store.tx(write)
    assert replies == [replace(there, state=PostState.DUE, due_at=now), sending]
    assert other.state is PostState.THERE


@pytest.mark.parametrize("is_over", [False, True])
async def test_a_change_tells_whether_its_process_still_drives(store, new_post, now, is_over):
    post = new_post()

    def write(books):
        books.add_post(post)
        owner = processes.begin(books.connection, now=now)
        if is_over:
            processes.end(books.connection, owner)
        books.drive_as(owner)
        books.change_post(post.id, attempts=1)
        books.connection.execute(text("DELETE FROM processes"))  # it does not ask again
        return books.drives(owner)

    assert await store.tx(write) is not is_over


async def test_a_number_among_the_facts_is_counted_up_from_nothing(store):
    assert await store.tx(lambda books: (books.count_up("n"), books.count_up("n"))) == (1, 2)
    assert await store.tx(lambda books: books.fact("n")) == "2"
