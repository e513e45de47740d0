"""Redraws the messages with a video, such as behind a spoiler; uploaded files stay."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

import discord
from msgspec.structs import replace

from bot.errors import Refusal
from bot.services import Services
from bot.ui import cards
from bot.ui.film_message import Sight, look_up
from bot.ui.items import write_only
from bot.video.outbox.film_post import file_of
from bot.video.values.cards import Card
from bot.video.values.posts import Post

LOOKS = 3  # at what others changed meanwhile


async def redraw_films(client: discord.Client, card: Card, services: Services) -> None:
    """Show the videos of a request as they are now, wherever they were posted. Raises `Refusal` if
    Discord does not show a message, or the library's errors."""
    senders = [sender_of(replace(each, takes=card.takes)) for each in card.all]
    for sender in {each.task.id: each for each in senders}.values():
        await redraw_film(client, sender, services)
    for each in card.all:
        post = await services.showcase.post(each.task.id)
        if post is not None:
            await _redraw(client, post, partial(_showcase_view, each, post, services=services))


async def redraw_film(client: discord.Client, card: Card, services: Services) -> None:
    """Show the message that one video is in as it is now. Raises like `redraw_films`."""
    for _ in range(LOOKS):
        card, look = await as_it_is(card.task.id, services)
        sender = sender_of(card)
        await _redraw(client, sender.film, partial(film_view, sender, services=services))
        if (await as_it_is(card.task.id, services))[1] == look:
            return


async def as_it_is(task_id: str, services: Services) -> tuple[Card, tuple[object, ...]]:
    """A video now, and all that its message shows and people may change. Whoever has drawn the
    message compares: Discord may have carried out a newer edit before."""
    card = await services.videos.card(task_id)
    votes = await services.videos.votes(card)
    return card, (votes, *((each.task, each.film) for each in card.all))


async def _redraw(
    client: discord.Client, post: Post | None, view_of: Callable[[Sequence[str]], Awaitable[Any]]
) -> None:
    if post is None or post.message_id is None:
        return  # it will be posted as it is by then
    found = await look_up(client, post)
    if found.message is Sight.UNKNOWN:
        raise Refusal("cover_unknown")
    if found.message is Sight.GONE:
        return
    view = await view_of(found.urls)
    channel = client.get_partial_messageable(post.sent_to or post.channel_id)
    await channel.get_partial_message(post.message_id).edit(
        view=view, allowed_mentions=discord.AllowedMentions.none()
    )


async def film_view(card: Card, urls: Sequence[str], services: Services) -> Any:
    """A posted video's message as it is now; `urls` are of the files that it has."""
    sender = sender_of(card)
    post = sender.film
    if post is None:
        raise ValueError("nothing was posted")
    carried = file_of(post).with_others
    clips = [
        cards.ShownClip(
            card=each,
            post=each.film,
            uploaded_as=_uploaded_as(each, urls),
            kept_at=await services.inbox.kept_at(each),
        )
        for each in card.all
        if each.film is not None and each.task.id in (sender.task.id, *carried)
    ]
    votes = await services.videos.votes(card) if carried else {}
    drawn = cards.films(
        sender, post, clips, per_usd=services.per_usd, ai_label=services.ai_label, votes=votes
    )
    return write_only(drawn)


async def _showcase_view(card: Card, post: Post, urls: Sequence[str], services: Services) -> Any:
    """A message in the showcase as it is now."""
    shown = cards.ShownClip(
        card=card,
        post=post,
        uploaded_as=_uploaded_as(card, urls),
        kept_at=await services.inbox.kept_at(replace(card, film=post)),
    )
    return write_only(cards.showcase(shown, ai_label=services.ai_label))


def sender_of(card: Card) -> Card:
    """The take whose post sends the message that this one's video is in."""
    carrier = file_of(card.film).carried_by if card.film is not None else ""
    found = next((each for each in card.takes if each.task.id == carrier), card)
    return replace(found, takes=card.takes)


def _uploaded_as(card: Card, urls: Sequence[str]) -> str | None:
    name = cards.film_name(card.task.id)
    return name if any(name in each for each in urls) else None
