"""The bot's first words in a server that it joined: owed once, also if Discord says it again."""

from bot.video.doors.service import Service
from bot.video.outbox.notices import once, tell_person
from bot.video.ports.books import Books
from bot.video.values.contents import WelcomeContent


class WelcomeService(Service):
    """Greets servers. Callers check that the server is admitted."""

    async def greet(
        self, server_id: int, said: WelcomeContent, *, channel_id: int, owner_id: int
    ) -> None:
        """Owe the words to the channel, and without one (0) to the server's owner; only the first
        time."""
        name, now = f"welcomed.{server_id}", self._clock.now()

        def owe(books: Books) -> None:
            books.lock([f"server:{server_id}"])  # a second process hears of the join, too
            if books.fact(name) is not None:
                return
            books.set_fact(name, now.isoformat())
            tell_person(
                books,
                owner_id,
                said,
                nonce=once(name),
                server_id=server_id,
                channel_id=channel_id,
                at=now,
            )

        await self.act(owe)
