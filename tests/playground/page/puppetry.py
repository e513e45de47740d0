"""The page's controls around the tests' own bot."""

from collections.abc import Callable

from bot.playground.demo.child import Child
from bot.playground.page import Mishap, Standing


class PuppetControls:
    """Kills and restarts it for real, and only notes the mishaps."""

    def __init__(self, bot: Child) -> None:
        self.bot = bot
        self.mishaps: list[Mishap] = []

    @property
    def standing(self) -> Standing:
        armed = self.mishaps[-1] if self.mishaps else None
        return Standing(life=self.bot.life, detail=self.bot.last_words, armed=armed)

    async def kill(self, number: int = 1) -> None:
        await self.bot.kill()

    async def restart(self, number: int = 1) -> None:
        await self.bot.start()

    def fail_next(self, mishap: Mishap) -> None:
        self.mishaps.append(mishap)
        self.bot.changed()

    def call_off(self) -> None:
        self.mishaps.clear()
        self.bot.changed()

    def watch(self, changed: Callable[[], None]) -> Callable[[], None]:
        self.bot.changed = changed
        return lambda: None
