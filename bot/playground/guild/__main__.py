"""`python -m bot.playground.guild --port N`: the local Discord alone, for a bot in any language."""

import argparse
import asyncio
import contextlib
import signal
import sys
from dataclasses import replace

from bot.playground.guild import LocalDiscord
from bot.playground.guild.demo import demo_world
from bot.playground.page import Alone, Page


async def main(port: int, *, privileged: bool) -> None:
    """Serve Discord and its page until Ctrl-C or SIGTERM. Raises OSError for a port in use."""
    world = demo_world(guild="Video club", channel="videos")
    world.application = replace(world.application, privileged=privileged)
    local = LocalDiscord(world, port=port)
    Page(local, Alone()).mount(local.app)
    async with local:
        sys.stdout.write(
            f"Page: {local.base_url}/\n"
            f"REST: {local.rest_url}\n"
            f"Gateway: {local.gateway_url}, as REST says too\n"
            f"Token: {local.token}\n"
            f"Application: {world.application.id}\n"
            "Ctrl-C ends it, and nothing is left behind.\n"
        )
        sys.stdout.flush()
        await _interrupted()


async def _interrupted() -> None:
    loop, interrupted = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows has only Ctrl-C
            loop.add_signal_handler(number, interrupted.set)
    await interrupted.wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bot.playground.guild", description=__doc__)
    parser.add_argument("--port", type=int, default=8750, help="0 takes a free one")
    parser.add_argument(
        "--privileged", action="store_true", help="members, presences and message content are let"
    )
    arguments = parser.parse_args()
    try:
        asyncio.run(main(arguments.port, privileged=arguments.privileged))
    except KeyboardInterrupt:
        pass
    except OSError as problem:
        sys.exit(f"Port {arguments.port} cannot be used: {problem.strerror}. Choose another.")
