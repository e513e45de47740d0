"""What people, moderators and the engine do in tests of cogs."""

from typing import Any

import discord
from msgspec.structs import replace

from bot.playground.guild import Message, Sent
from bot.ui.items import Verb, VerbButton, write_only
from bot.video.doors.settings import change
from bot.video.outbox.owed import channel_post
from bot.video.values.posts import PostKind, PostState, Rung
from bot.video.values.videos import State
from tests.local_bot import Local, shown

FOX: dict[str, Any] = {"prompt": "a fox in the snow", "quality": "1080p"}


async def asked(local: Local, name: str = "maya") -> Message:
    """A film that waits: its reply."""
    reply = await shown(await local.discord.actor(name).command("films", "video", FOX))
    await local.told()
    return reply


async def move(local: Local, state: State, **changes: Any) -> None:
    """What the engine would have done by now."""
    task_id = (await local.film()).task.id
    await local.store.tx(lambda books: books.move_from(task_id, frozenset(State), state, **changes))


async def finished(local: Local, rung: Rung = Rung.CHANNEL) -> Message:
    """A film whose message is there."""
    await asked(local)
    await move(local, State.COMPLETED, film_url="https://films.example/fox.mp4")
    card = await local.film()
    post = channel_post(card.request, card.task.id, PostKind.FILM, now=local.clock.now())
    post = replace(post, rung=rung)
    await local.store.tx(lambda books: books.add_post(post))
    sent = await local.announcer.send_film(
        post, await local.film(), film=None, kept_at=None, ping=False
    )
    there = {"state": PostState.THERE, "message_id": sent.message_id, "sent_to": sent.channel_id}
    await local.store.tx(lambda books: books.change_post(post.id, **there))
    return local.discord.messages("@maya" if rung is Rung.DM else "films")[-1]


async def running(local: Local) -> None:
    """Submitted: from now on it may cost money."""
    now = local.clock.now()
    await move(local, State.RUNNING, submitted_at=now, remote_id="task-unified-1", due_at=now)


async def buttons(local: Local, *verbs: Verb, task_id: str) -> Message:
    """A message of the bot's with these buttons, as it may have been drawn at any time."""
    view = discord.ui.LayoutView(timeout=None)
    for verb in verbs:
        button = VerbButton(verb, task_id, label=verb.value)
        view.add_item(discord.ui.ActionRow(button))
    channel = local.bot.get_partial_messageable(local.discord.world.channel("films").id)
    await channel.send(view=write_only(view))
    return local.discord.messages("films")[-1]


async def put(local: Local, path: str, value: object) -> None:
    where = (local.discord.world.guild("Film club").id, local.discord.world.user("sam").id)
    await local.studio.moderate(change, where, path, value)


async def settle_posts(local: Local, kind: PostKind = PostKind.CARD) -> Message:
    """Deliver what is owed of a kind, as the engine would, and return the newest message."""
    newest: Message | None = None
    for post_id, _ in await local.store.tx(lambda books: books.owed()):
        post = await local.store.tx(lambda books, post_id=post_id: books.post(post_id))
        if post.kind is not kind:
            continue
        card = await local.studio.card(post.task_id) if post.task_id else None
        if post.message_id is not None:
            await local.announcer.show(post, card)
            there: dict[str, Any] = {"message_id": post.message_id}
        else:
            sent = await local.announcer.send_notice(post, card, ping=False)
            there = {"message_id": sent.message_id, "sent_to": sent.channel_id}
        await local.store.tx(
            lambda books, post=post, there=there: books.change_post(
                post.id, state=PostState.THERE, due_at=None, **there
            )
        )
        drawn = local.discord.messages(post.channel_id)
        newest = next(each for each in drawn if each.id == there["message_id"])
    assert newest is not None
    return newest


async def ask(local: Local, who: str = "maya", **values: Any) -> Sent:
    return await local.discord.actor(who).command("films", "video", {**FOX, **values})
