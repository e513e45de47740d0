"""What people, moderators and the engine do in the cogs' tests."""

from collections.abc import Set
from typing import Any

import discord
from msgspec.structs import replace

from bot.playground.guild import Message, Sent
from bot.ui.items import Verb, VerbButton, write_only
from bot.video.doors.settings import change
from bot.video.outbox import new_posts
from bot.video.values.posts import CARDS, PostKind, PostState, Rung
from bot.video.values.videos import State
from tests.cogs.harness import Harness, dealt_with, shown
from tests.statements import owed_posts

FOX: dict[str, Any] = {"prompt": "a fox in the snow", "quality": "1080p"}


async def asked(harness: Harness, name: str = "maya") -> Message:
    """A waiting video's reply."""
    reply = await shown(await harness.discord.actor(name).command("films", "video", FOX))
    await harness.told()
    return reply


async def move(harness: Harness, state: State, **changes: Any) -> None:
    """What the engine would have done by now."""
    task_id = (await harness.film()).task.id
    await harness.store.tx(
        lambda books: books.move_from(task_id, frozenset(State), state, **changes)
    )


async def finished(harness: Harness, rung: Rung = Rung.CHANNEL) -> Message:
    """A video whose message is there."""
    await asked(harness)
    await move(harness, State.COMPLETED, film_url="https://films.example/fox.mp4")
    card = await harness.film()
    post = new_posts.film(card.request, card.task.id, now=harness.clock.now())
    post = replace(post, rung=rung)
    await harness.store.tx(lambda books: books.add_post(post))
    sent = await harness.announcer.send(post, await harness.film(), ping=False)
    there = {"state": PostState.THERE, "message_id": sent.message_id, "sent_to": sent.channel_id}
    await harness.store.tx(lambda books: books.change_post(post.id, **there))
    return harness.discord.messages("@maya" if rung is Rung.DM else "films")[-1]


async def running(harness: Harness) -> None:
    """Submitted: from now on it may cost money."""
    now = harness.clock.now()
    await move(harness, State.RUNNING, submitted_at=now, remote_id="task-unified-1", due_at=now)


async def buttons(harness: Harness, *verbs: Verb, task_id: str) -> Message:
    """A message of the bot's with these buttons, as it may have been drawn at any time."""
    view = discord.ui.LayoutView(timeout=None)
    for verb in verbs:
        button = VerbButton(verb, task_id, label=verb.value)
        view.add_item(discord.ui.ActionRow(button))
    channel = harness.bot.get_partial_messageable(harness.discord.world.channel("films").id)
    await channel.send(view=write_only(view))
    return harness.discord.messages("films")[-1]


async def put(harness: Harness, path: str, value: object) -> None:
    where = (harness.discord.world.guild("Film club").id, harness.discord.world.user("sam").id)
    await harness.videos.moderate(change, where, path, value)


async def settle_posts(harness: Harness, kinds: Set[PostKind] = CARDS) -> Message:
    """Deliver the owed posts of a kind, as the engine would, and return the newest message."""
    newest: Message | None = None
    for post_id in [owed.id for owed in await harness.store.tx(owed_posts)]:
        post = await harness.store.tx(lambda books, post_id=post_id: books.post(post_id))
        if post.kind not in kinds:
            continue
        card = await harness.videos.card(post.task_id) if post.task_id else None
        if post.message_id is not None:
            await harness.announcer.edit(post, card)
            there: dict[str, Any] = {"message_id": post.message_id}
        else:
            sent = await harness.announcer.send(post, card, ping=False)
            there = {"message_id": sent.message_id, "sent_to": sent.channel_id}
        await harness.store.tx(
            lambda books, post=post, there=there: books.change_post(
                post.id, state=PostState.THERE, due_at=None, **there
            )
        )
        drawn = harness.discord.messages(post.channel_id)
        newest = next(each for each in drawn if each.id == there["message_id"])
    assert newest is not None
    return newest


async def answered(sent: Sent) -> Message:
    """What the bot said, besides what it changed in the pressed message."""
    await sent.responded()
    await dealt_with()
    return sent.said()[-1]


async def agree(harness: Harness, who: str, message: Message, label: str) -> Sent:
    """Press a button that asks by a form, and send the form."""
    actor = harness.discord.actor(who)
    modal = (await (await actor.press(message, label=label)).responded()).modal
    assert modal is not None
    return await (await actor.submit(modal, {})).responded()


async def ask(harness: Harness, who: str = "maya", **values: Any) -> Sent:
    return await harness.discord.actor(who).command("films", "video", {**FOX, **values})


async def moderate(
    harness: Harness, name: str, values: dict[str, Any], who: str = "sam"
) -> Message:
    """A moderator's command, and the answer."""
    return await shown(
        await harness.discord.actor(who).command("films", f"moderate {name}", values)
    )


def person(harness: Harness, name: str) -> str:
    return str(harness.discord.world.user(name).id)
