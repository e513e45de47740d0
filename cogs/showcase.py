"""Sends a video to the server's showcase, a channel or a forum, once."""

import discord
from discord.ext import commands

from bot.client import VideoBot
from bot.errors import Refusal
from bot.ui.answer import tell
from bot.ui.cards.parts import message_link
from bot.ui.film_message import look_up
from bot.ui.items import Verb
from bot.ui.permissions import check_may_post
from bot.ui.texts import say
from bot.video.values.cards import Card
from bot.video.values.posts import PostState

Interaction = discord.Interaction[VideoBot]


class Showcase(commands.Cog):
    """Show the best."""

    def __init__(self, bot: VideoBot) -> None:
        self._bot = bot
        self._front = bot.front
        self._videos = bot.front.services.videos
        self._showcase = bot.front.services.showcase
        bot.front.router.register(buttons={Verb.SHOWCASE: self.send})

    async def send(self, interaction: Interaction, task_id: str) -> None:
        """Send the video, or lead to where it is already."""
        card, locale = await self._videos.card(task_id), str(interaction.locale)
        server_id = interaction.guild_id
        channel_id = None if server_id is None else await self._showcase.channel(server_id)
        if server_id is None or channel_id is None:
            raise Refusal("no_showcase")
        check_may_post(interaction, channel_id)
        _check_age(interaction, card, channel_id)
        post = await self._showcase.send(
            (server_id, interaction.user.id),
            task_id,
            may_moderate=await self._front.access.manages(interaction, card),
            source=await self._source(card),
        )
        if post.state is PostState.THERE:
            await tell(interaction, say("showcase.there", locale, link=message_link(post)))
        else:
            await tell(interaction, say("showcase.sent", locale, channel=post.channel_id))

    async def _source(self, card: Card) -> str | None:
        """Discord's copy, once the service's link is over."""
        until, now = card.task.film_until, self._front.services.clock.now()
        if card.task.film_url and (until is None or until > now):
            return None
        return (await look_up(self._bot, card.film)).url


def _check_age(interaction: Interaction, card: Card, channel_id: int) -> None:
    """Raises `Refusal` where an age-restricted channel's video would be shown to everyone."""
    guild = interaction.guild
    if guild is None:
        return
    made_in = guild.get_channel_or_thread(card.request.channel_id) or guild.get_channel(
        card.request.seen_from or 0
    )
    shown_in = guild.get_channel(channel_id)
    if _is_for_adults(made_in) and not _is_for_adults(shown_in):
        raise Refusal("showcase_age")


def _is_for_adults(channel: object) -> bool:
    return bool(getattr(channel, "is_nsfw", lambda: False)())


async def setup(bot: VideoBot) -> None:
    await bot.add_cog(Showcase(bot))
