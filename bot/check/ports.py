"""Whether the bot can listen where its variables say; nobody is answered meanwhile."""

import errno
from collections.abc import AsyncIterator

from bot.check.findings import Finding, note, ok, problem
from bot.config import Config
from bot.web.connections import listening
from bot.web.server import why_not


async def about_ports(config: Config, *, is_running: bool) -> AsyncIterator[Finding]:
    """Yield a finding for each port; `is_running` says that a bot may hold it right now."""
    yield await _about("WEB", config.web_host, config.web_port, is_running=is_running)
    if config.metrics_port is not None:
        host, port = config.metrics_host, config.metrics_port
        yield await _about("METRICS", host, port, is_running=is_running)


async def _about(named: str, host: str, port: int, *, is_running: bool) -> Finding:
    about = f"{named}_PORT"
    try:
        async with listening(host, port):
            return ok(about, f"{port} is free on {host}" if port else "any free one is taken")
    except (OSError, UnicodeError) as error:
        if is_running and isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            text = "is in use, as by the bot that runs; each process on a machine needs its own"
            return note(about, f"{port} on {host} {text}")
        return problem(about, why_not(error, host, port, named))
