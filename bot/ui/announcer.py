"""Shows people their videos on Discord, through REST alone: replies, videos, notices.

`bot.video` decides when and what follows a failure; `bot.ui.cards` draws."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import discord

from bot.clock import Clock
from bot.errors import Fate, PostError
from bot.outages import Outage
from bot.ui import cards
from bot.ui.admission import owner_ids
from bot.ui.forum_posts import open_post, seek_post
from bot.ui.items import write_only
from bot.ui.recognition import names, seek
from bot.ui.remembered import Remembered
from bot.ui.rest import CUT, edit_error, post_error
from bot.ui.texts import say
from bot.video.ports.edges import About, Clip, SentMessage
from bot.video.values.cards import Card
from bot.video.values.deferrals import Deferral
from bot.video.values.posts import Post, PostKind, Rung

ORIGINAL: Any = "@original"  # a token's reply, where other messages have an id
DM_LIMIT = 10 * 1024 * 1024  # bytes, also in servers without boosts
EDIT_SECONDS, UPLOAD_SECONDS = 60.0, 600.0
LOCALE_KEPT = timedelta(hours=1)  # of a server that another process hears
ENGLISH = "en-US"
QUIET = discord.AllowedMentions.none()
FAILURES = (discord.HTTPException, discord.RateLimited, *CUT)


class DiscordAnnouncer:
    """`bot.video.ports.edges.Announcer` on a client that someone else logs in.

    Without `operator_channel_id`, the application's owner gets a direct message. `ai_label`
    replaces our words for a video's origin.
    """

    def __init__(
        self,
        client: discord.Client,
        *,
        clock: Clock,
        per_usd: float,
        operator_channel_id: int | None = None,
        ai_label: str = "",
    ) -> None:
        self._client = client
        self._clock = clock
        self._per_usd = per_usd
        self._operator_channel_id = operator_channel_id
        self._ai_label = ai_label
        self._outage = Outage("Discord", monotonic=clock.monotonic)
        self._locales = Remembered(self._fetch_locale, clock=clock, lasting=LOCALE_KEPT)

    async def find(self, post: Post) -> SentMessage | None:
        """Look for a message that may be there: a reply by its token, others in the history."""
        async with self._calling(edit_error, EDIT_SECONDS):
            if post.kind is PostKind.REPLY and self._is_token_alive(post):
                return await self._find_reply(post)
            forum = self._forum(post)
            if forum is not None:
                message = await seek_post(forum, post, self._client.user)
            else:
                channel = await self._target(post)
                message = await seek(channel, post, self._client.user)
        if message is None:
            return None
        return SentMessage(channel_id=message.channel.id, message_id=message.id)

    async def upload_limit(self, post: Post) -> int:
        """The largest upload the post's target accepts, by the server's boosts, in bytes."""
        if post.rung is Rung.DM or not post.server_id:
            return DM_LIMIT
        guild = self._client.get_guild(post.server_id)
        if guild is None or guild.unavailable:
            async with self._calling(edit_error, EDIT_SECONDS):
                guild = await self._client.fetch_guild(post.server_id, with_counts=False)
        return guild.filesize_limit

    async def send(
        self,
        post: Post,
        about: About,
        *,
        ping: bool,
        clips: Sequence[Clip] = (),
    ) -> SentMessage:
        """Post a new message at the post's rung, with these videos."""
        alt = cards.alt_text(about.request, self._ai_label) if isinstance(about, Card) else None
        view = self._drawn(post, about, await self._locale(post), clips=clips)
        with contextlib.ExitStack() as open_files:
            files = []
            for clip in clips:
                if clip.film is not None:
                    name = cards.film_name(str(clip.post.task_id))
                    files.append(discord.File(clip.film.path, filename=name, description=alt))
                    open_files.callback(files[-1].close)  # the library may not get that far
            uploads: dict[str, Any] = {"files": files} if files else {}
            title = cards.post_title(about.request) if isinstance(about, Card) else ""
            return await self._send(post, ping=ping, title=title, view=view, **uploads)

    async def edit(self, post: Post, about: About) -> None:
        """Show a message as it is now, with its token or the bot's own."""
        view = self._drawn(post, about, await self._locale(post))
        async with self._calling(edit_error, EDIT_SECONDS):
            if post.rung is Rung.TOKEN:
                await self._webhook(post).edit_message(ORIGINAL, view=view, allowed_mentions=QUIET)
                return
            if post.message_id is None:
                raise PostError(Fate.REFUSED)
            channel = self._client.get_partial_messageable(post.channel_id)
            message = channel.get_partial_message(post.message_id)
            await message.edit(view=view, allowed_mentions=QUIET)

    async def finish(self, deferral: Deferral) -> None:
        """Say in the place of a "thinking" message that nothing came of it; does nothing if it was
        replaced."""
        hook = discord.Webhook.partial(deferral.application_id, deferral.token, client=self._client)
        async with self._calling(edit_error, EDIT_SECONDS):
            if (await hook.fetch_message(ORIGINAL)).flags.loading:
                words = say("refusal.never_begun", deferral.locale)
                await hook.edit_message(ORIGINAL, content=words, allowed_mentions=QUIET)

    async def remove(self, post: Post) -> None:
        """Delete a message; does nothing if it is gone."""
        if post.message_id is None:
            return
        channel = self._client.get_partial_messageable(post.sent_to or post.channel_id)
        async with self._calling(edit_error, EDIT_SECONDS):
            with contextlib.suppress(discord.NotFound):
                await channel.get_partial_message(post.message_id).delete()

    def _drawn(
        self,
        post: Post,
        about: About,
        locale: str,
        *,
        clips: Sequence[Clip] = (),
    ) -> discord.ui.LayoutView:
        """How a message looks now, as a view that the library does not store."""
        drawn = cards.drawn(
            post,
            about,
            locale=locale,
            now=self._clock.now(),
            per_usd=self._per_usd,
            ai_label=self._ai_label,
            clips=clips,
        )
        return write_only(drawn)

    async def _send(
        self, post: Post, *, ping: bool, title: str = "", **content: Any
    ) -> SentMessage:
        async with self._calling(edit_error, EDIT_SECONDS):  # this sends nothing
            channel = await self._target(post)
        mentions = _mentions(post) if ping else QUIET
        forum = self._forum(post)
        if forum is not None:
            async with self._calling(post_error, UPLOAD_SECONDS):
                return await open_post(forum, title, **content)
        async with self._calling(post_error, UPLOAD_SECONDS):
            message = await channel.send(**content, nonce=post.nonce, allowed_mentions=mentions)
        return SentMessage(channel_id=message.channel.id, message_id=message.id)

    @contextlib.asynccontextmanager
    async def _calling(
        self, sort: Callable[[Exception], PostError], seconds: float
    ) -> AsyncIterator[None]:
        """Wrap calls to Discord: every error becomes a `PostError`."""
        if self._client.application is None:  # not logged in; Discord may be down
            raise PostError(Fate.LATER)
        with self._outage.watching():
            try:
                async with asyncio.timeout(seconds):
                    yield
            except FAILURES as error:
                raise sort(error) from error

    async def _target(self, post: Post) -> discord.abc.Messageable:
        """Where a new message goes, by its rung."""
        if post.kind is PostKind.OPERATOR:
            return await self._operator()
        if post.rung is Rung.DM:
            return await self._dm(post.user_id)
        channel_id = post.channel_id
        if post.rung is Rung.PARENT:
            channel_id = await self._parent(channel_id)
        return self._client.get_partial_messageable(channel_id, guild_id=post.server_id)

    def _forum(self, post: Post) -> discord.ForumChannel | None:
        """The forum that a post belongs to, if it does not go to a channel."""
        if post.kind is not PostKind.SHOWCASE:
            return None
        found = self._client.get_channel(post.channel_id)
        return found if isinstance(found, discord.ForumChannel) else None

    async def _operator(self) -> discord.abc.Messageable:
        if self._operator_channel_id is not None:
            return self._client.get_partial_messageable(self._operator_channel_id)
        owners = owner_ids(self._client.application)
        if not owners:
            raise PostError(Fate.REFUSED)
        return await self._dm(owners[0])

    async def _dm(self, user_id: int) -> discord.abc.Messageable:
        return await self._client.create_dm(discord.Object(user_id))

    async def _parent(self, channel_id: int) -> int:
        channel = await self._client.fetch_channel(channel_id)
        if not isinstance(channel, discord.Thread) or channel.is_private():
            raise PostError(Fate.REFUSED)  # a private reply stays private
        return channel.parent_id

    async def _locale(self, post: Post) -> str:
        """The server's language on Discord, for public texts. Servers that another process hears
        are asked for."""
        guild = self._client.get_guild(post.server_id)
        if guild is not None:
            return str(guild.preferred_locale)
        if self._client.application is None:  # not logged in: nothing is shown now
            return ENGLISH
        with contextlib.suppress(*FAILURES):
            async with asyncio.timeout(EDIT_SECONDS):
                return await self._locales.get(post.server_id)
        return self._locales.last(post.server_id) or ENGLISH

    async def _fetch_locale(self, server_id: int) -> str:
        if not server_id:
            return ENGLISH
        try:
            guild = await self._client.fetch_guild(server_id, with_counts=False)
        except (discord.NotFound, discord.Forbidden):
            return ENGLISH
        return str(guild.preferred_locale)

    def _webhook(self, post: Post) -> discord.Webhook:
        return discord.Webhook.partial(post.application_id, post.token, client=self._client)

    def _is_token_alive(self, post: Post) -> bool:
        until: datetime | None = post.token_until
        return bool(post.token) and until is not None and self._clock.now() < until

    async def _find_reply(self, post: Post) -> SentMessage | None:
        try:
            message = await self._webhook(post).fetch_message(ORIGINAL)
        except discord.NotFound:
            return None
        if not names(message, post):  # a private refusal came first
            return None
        return SentMessage(channel_id=post.channel_id, message_id=message.id)


def _mentions(post: Post) -> discord.AllowedMentions:
    """The role that a card calls, or else the requester; nobody besides."""
    role_id = post.content.calls
    if role_id:
        return discord.AllowedMentions(
            everyone=False, users=False, replied_user=False, roles=[discord.Object(role_id)]
        )
    return discord.AllowedMentions(
        everyone=False, roles=False, replied_user=False, users=[discord.Object(post.user_id)]
    )
