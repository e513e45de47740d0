"""`python -m tests.interop [LIBRARY ...]`: unmodified libraries on the local Discord."""

import argparse
import asyncio
import os
import sys
from asyncio.subprocess import PIPE, STDOUT, Process

from bot.playground.guild import Limit, Limits, LocalDiscord
from tests.interop.harness import Harness
from tests.interop.libraries import LIBRARIES, Library
from tests.interop.steps import STEPS, WITHOUT

GOOD = "ok"
LAST = 40  # lines of a bot's output that are shown of a failure


async def tried(library: Library) -> dict[str, str]:
    """What became of each step."""
    limits = Limits(routes={}, overall=Limit(count=10_000, seconds=1.0))
    async with LocalDiscord(limits=limits) as local:
        bot = await started(library, local)
        output = asyncio.create_task(bot.stdout.read() if bot.stdout else asyncio.sleep(0, b""))
        try:
            results = await walked(Harness(local=local, lacks=library.lacks))
        finally:
            if bot.returncode is None:
                bot.kill()
            await bot.wait()
        if set(results.values()) - {GOOD, WITHOUT}:
            told(library, results, (await output).decode(errors="replace"), local)
    return results


async def started(library: Library, local: LocalDiscord) -> Process:
    application = local.world.application
    environment = {
        "PATH": os.environ["PATH"],
        "DISCORD_TOKEN": local.token,
        "DISCORD_API_URL": local.rest_url,
        "APPLICATION_ID": str(application.id),
        **library.environment,
    }
    return await asyncio.create_subprocess_exec(
        *library.command, env=environment, stdout=PIPE, stderr=STDOUT
    )


async def walked(harness: Harness) -> dict[str, str]:
    results: dict[str, str] = {}
    for name, step in STEPS.items():
        if name in harness.lacks:
            results[name] = WITHOUT
            continue
        try:
            await step(harness)
        except Exception as problem:
            results[name] = f"{type(problem).__name__}: {problem}"
        else:
            results[name] = GOOD
        if name == "logs in" and results[name] != GOOD:
            return {**dict.fromkeys(STEPS, "not tried"), **results}
    return results


def told(library: Library, results: dict[str, str], output: str, local: LocalDiscord) -> None:
    """Print what went wrong, for the person who fixes it."""
    lines = [f"== {library.name}"]
    lines += [f"{name}: {one}" for name, one in results.items() if one not in (GOOD, WITHOUT)]
    lines += ["-- the bot said", *output.splitlines()[-LAST:]]
    lines += ["-- it asked for", local.dump()]
    sys.stderr.write("\n".join(lines) + "\n")


def table(results: dict[str, dict[str, str]]) -> str:
    """Steps down, libraries across."""
    wide = max(len(WITHOUT), *(len(name) for name in results))
    rows = [["", *results]]
    for step in STEPS:
        cells = [each.get(step, "") for each in results.values()]
        rows.append([step, *(one if one in (GOOD, WITHOUT) else "FAILED" for one in cells)])
    return "\n".join("  ".join(f"{cell:<{wide}}" for cell in row).rstrip() for row in rows) + "\n"


async def main(names: list[str]) -> int:
    chosen = [one for one in LIBRARIES if not names or one.name in names]
    results = {one.name: await tried(one) for one in chosen}
    sys.stdout.write(table(results))
    seen = {cell for each in results.values() for cell in each.values()}
    return 0 if chosen and seen <= {GOOD, WITHOUT} else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.interop", description=__doc__)
    parser.add_argument("libraries", nargs="*", metavar="LIBRARY")
    sys.exit(asyncio.run(main(parser.parse_args().libraries)))
