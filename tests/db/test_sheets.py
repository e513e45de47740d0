"""A sheet has all that a request's cards are drawn from."""

import pytest
from msgspec.structs import replace

from bot.video.values.contents import FilmContent
from bot.video.values.posts import PostKind


async def test_a_sheet_has_all_takes_in_order_and_their_posts(
    store, new_task, new_request, new_post
):
    first, second = new_task(take=1), new_task(take=2)
    second = replace(second, request_id=first.request_id)
    request = new_request(first)
    posts = [
        new_post(task_id=first.id),
        new_post(task_id=first.id, kind=PostKind.FILM, content=FilmContent()),
        new_post(task_id=second.id, kind=PostKind.FILM, content=FilmContent()),
    ]

    def write(books):
        books.add_request(request)
        for task in (second, first):
            books.add_task(task, seconds=5)
        for post in posts:
            books.add_post(post)

    await store.tx(write)
    sheet = await store.tx(lambda books: books.sheet(second.id))
    assert (sheet.task, sheet.request, sheet.takes) == (second, request, (first, second))
    assert sheet.posts == {post.id: post for post in posts}
    for post, task in zip(posts, (first, first, second), strict=True):
        with_it = await store.tx(lambda books, post=post: books.sheet_with(post.id))
        assert with_it == replace(sheet, task=task)


async def test_a_task_without_posts_has_a_sheet_and_a_post_without_a_task_has_none(
    store, accept, new_post
):
    task, post = await store.tx(accept), new_post(kind=PostKind.OPERATOR)
    await store.tx(lambda books: books.add_post(post))
    assert (await store.tx(lambda books: books.sheet(task.id))).posts == {}
    assert await store.tx(lambda books: books.sheet_with(post.id)) is None
    assert await store.tx(lambda books: books.find_sheet("nothing")) is None
    with pytest.raises(KeyError):
        await store.tx(lambda books: books.sheet("nothing"))
