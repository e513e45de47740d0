"""What `check` says about the database, and about the bot that may be running on it."""

import asyncio
from collections.abc import AsyncIterator

from bot.check.findings import Finding, Verdict, note, ok, problem
from bot.check.folders import keeps_out_of_file
from bot.clock import Clock
from bot.config import Config
from bot.db.heartbeat import apart
from bot.db.schema import SchemaState, file_of, schema_state
from bot.db.status import check_whole, read_standing
from bot.errors import StartupError
from bot.video.life.pauses import why_paused
from bot.video.values.standing import Standing

_SCHEMA = {
    SchemaState.ABSENT: note("Database", "does not exist yet: the first start creates it"),
    SchemaState.EMPTY: note(
        "Database", "has none of the bot's tables yet: the first start creates them"
    ),
    SchemaState.TAKEN: problem("Database", "belongs to another program: name a different one"),
    SchemaState.CURRENT: ok("Database", "can be read, and its schema is up to date"),
    SchemaState.OLDER: note("Database", "has an older schema: the next start updates it"),
    SchemaState.NEWER: problem("Database", "was written by a newer bot: start that version"),
}


async def about_database(config: Config, clock: Clock) -> AsyncIterator[Finding]:
    """Yield whether it can be used, then which processes run on it, then why they do nothing."""
    finding = await _about_schema(config)
    yield finding
    if finding.verdict is not Verdict.OK:
        return
    seen = await asyncio.to_thread(read_standing, _url(config), now=clock.now())
    running = [each.name for each in seen.processes if each.is_running]
    yield ok("Bot", f"runs: {'; '.join(running)}" if running else "does not run at the moment")
    for each in seen.processes:
        for peer in each.unreached:
            yield note("Network", f"process {each.name} does not reach {peer.words}")
    if wrong := apart(seen.ahead):
        yield note("Clock", wrong)
    if why := why_paused(seen.is_paused, seen.pause):
        yield note("Pause", f"no video starts: {why}")


async def is_running(config: Config, clock: Clock) -> bool:
    """Whether a bot is running on this database, if it can be read."""
    try:
        seen: Standing = await asyncio.to_thread(read_standing, _url(config), now=clock.now())
    except StartupError:
        return False
    return any(each.is_running for each in seen.processes)


async def _about_schema(config: Config) -> Finding:
    file = file_of(_url(config))
    if file is not None and (reason := keeps_out_of_file(file)):
        return problem("Database", f"cannot be used: {reason}")
    try:
        state = await asyncio.to_thread(schema_state, _url(config))
        if state is SchemaState.CURRENT:
            await asyncio.to_thread(check_whole, _url(config))
        return _SCHEMA[state]
    except StartupError as error:
        return problem("Database", str(error))


def _url(config: Config) -> str:
    return config.database_url.get_secret_value()
