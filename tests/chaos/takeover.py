"""How long after a kill another process has what the dead one had."""

from dataclasses import dataclass
from time import monotonic, time

from tests.chaos.database import Database
from tests.chaos.harness import Harness

PROMISED = 10.0  # seconds, in docs/reliability.md
LONGEST = 60.0  # seconds; then it is given up


@dataclass(frozen=True, kw_only=True)
class Takeover:
    """Seconds from a kill until living processes had all videos, messages and shards by the rows,
    and until Discord's servers were all heard again, which includes turns to identify. `late` says
    what was missing when the promised time was over."""

    driven: float
    heard: float
    has_heirs: bool
    late: str = ""

    @property
    def is_broken(self) -> bool:
        """Whether others took too long. Where nobody else was up, the next start takes over."""
        return self.has_heirs and self.driven > PROMISED


async def takeover(harness: Harness, database: Database) -> Takeover:
    """Wait for all that a process had that was just killed."""
    killed, killed_at = monotonic(), int(time() * 1000)
    has_heirs = database.heirs(killed_at) > 0
    driven, heard, deaf, late = 0.0, 0.0, set(harness.discord.world.guilds), ""
    while (passed := monotonic() - killed) < LONGEST and not (driven and heard):
        left = {} if driven else database.left_behind(killed_at)
        if not driven and not left:
            driven = passed
        if driven:  # the weather may cut off others meanwhile
            deaf = {each for each in deaf if not harness.discord.gateway.heard(each)}
        if not heard and not deaf:
            heard = passed
        if not late and passed > PROMISED:
            late = f"left by {left}, {len(deaf)} deaf, signs of life {database.sign_of_life()}"
        await harness.pulse(0.1)
    return Takeover(
        driven=driven or LONGEST, heard=heard or LONGEST, has_heirs=has_heirs, late=late
    )
