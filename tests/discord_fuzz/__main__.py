"""`python -m tests.discord_fuzz --seconds N [--seed S]`: walks Discord's document route by route.

Sends good, wrong and hostile requests to each route; exits 1 for a status of 500, an answer the
document does not allow, or a refusal that changed something."""

import argparse
import asyncio
import random
import sys
import time

from bot.playground.guild.api import ROUTES
from tests.discord_fuzz.document import Document
from tests.discord_fuzz.walk import Figures, Walk
from tests.openapi import document_path

MOST_LINES = 25


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.discord_fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**9))
    parser.add_argument("--verbose", action="store_true", help="also what only the net caught")
    chosen = parser.parse_args()
    path = document_path()
    if path is None:
        sys.stderr.write("Discord's OpenAPI document is absent: set DISCORD_OPENAPI\n")
        return 1
    names = {f"{route.method} {route.template}" for route in ROUTES}
    walk = Walk(Document.read(path), chosen.seed, names)
    ends = time.monotonic() + chosen.seconds
    asyncio.run(walk.go(lambda: time.monotonic() < ends))
    _tell(walk.figures, chosen.seed, names, verbose=chosen.verbose)
    return 1 if walk.figures.faults else 0


def _tell(figures: Figures, seed: int, names: set[str], *, verbose: bool) -> None:
    lines = figures.faults[:MOST_LINES]
    if verbose:
        lines += [f"{times}: {one}" for one, times in figures.unread.most_common(MOST_LINES)]
        lines += [f"never answered well: {name}" for name in sorted(names - set(figures.good))]
    lines += [
        f"requests: {figures.requests}, to {len(figures.walked)} routes, "
        f"{len(names & set(figures.good))} of {len(names)} local ones answered well",
        f"500s: {len(figures.crashes)}",
        f"wrong shapes: {len(figures.wrong)}",
        f"refused, but changed: {len(figures.changed)}",
        f"seed: {seed}",
    ]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.exit(main())
