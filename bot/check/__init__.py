"""`python -m bot check`: prints what is right and wrong with a real set-up, line by line.

It speaks to an operator at a terminal and changes nothing; only `film` costs money."""

import asyncio
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.api.client import EvolinkClient
from bot.api.films import FilmFetcher, bucket_at
from bot.check.discord import check_discord
from bot.check.film import make_film
from bot.check.findings import Finding, Verdict, note, ok, problem, why
from bot.check.folders import keeps_out, keeps_out_of_file
from bot.clock import Clock
from bot.config import Config
from bot.db.schema import SchemaState, file_of, schema_state
from bot.errors import ApiError, FilmError, StartupError
from bot.video.values.prices import CREDIT, PRICES, Prices

FEW_FILMS = 20  # with fewer left, the balance gets a remark
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


async def check(
    config: Config,
    *,
    notes: Sequence[str],
    film: bool,
    say: Callable[[str], object],
    ask: Callable[[str], str],
    clock: Clock,
    uniform: Callable[[], float],
) -> int:
    """Print every finding as it comes in; returns 1 if any of them is a problem, else 0.

    `notes` are remarks on the configuration.
    """
    problems = 0

    def tell(finding: Finding) -> None:
        nonlocal problems
        problems += finding.verdict is Verdict.PROBLEM
        say(str(finding))

    tell(ok("Configuration", "all variables are valid"))
    for line in notes:
        tell(note("Configuration", line))
    prices = _prices(config, tell)
    tell(await _about_database(config))
    tell(await _about_films(config))
    async with EvolinkClient(
        base_url=config.evolink_base_url, key=config.evolink_api_key, clock=clock, uniform=uniform
    ) as api:
        tell(await _about_balance(api, prices))
        async for finding in check_discord(config):
            tell(finding)
        if film and not problems:
            tell(await _film(config, prices, api, clock=clock, say=say, ask=ask))
    say(f"Problems to fix: {problems}." if problems else "Nothing is wrong.")
    return min(problems, 1)


def _prices(config: Config, tell: Callable[[Finding], None]) -> Prices:
    if config.prices_file is None:
        return PRICES
    try:
        return Prices.from_json(json.loads(config.prices_file.read_bytes()))
    except (OSError, ValueError) as error:
        tell(problem("Prices", f"PRICES_FILE is not valid: {error}"))
        return PRICES


async def _about_balance(api: EvolinkClient, prices: Prices) -> Finding:
    try:
        balance = await api.balance()
    except ApiError as error:
        return problem("API key", why(error))
    ordinary = prices.ordinary()
    films = int(balance.credits / (ordinary.price / CREDIT))
    length = f"{ordinary.seconds} s"
    text = f"accepted; {balance.credits:g} credits are left, for about {films} videos of {length}"
    return (note if films < FEW_FILMS else ok)("API key", text)


async def _about_database(config: Config) -> Finding:
    url = config.database_url.get_secret_value()
    file = file_of(url)
    if file is not None and (reason := keeps_out_of_file(file)):
        return problem("Database", f"cannot be used: {reason}")
    try:
        return _SCHEMA[await asyncio.to_thread(schema_state, url)]
    except StartupError as error:
        return problem("Database", str(error))


async def _about_films(config: Config) -> Finding:
    if reason := keeps_out(config.films_dir):
        return problem("FILMS_DIR", reason)
    if config.films_url is None:
        return ok("FILMS_DIR", "can be written")
    try:
        await bucket_at(config.films_url).check()
    except (FilmError, StartupError) as error:
        return problem("FILMS_URL", str(error))
    return ok("FILMS_URL", "can be written, and FILMS_DIR for downloads")


async def _film(
    config: Config,
    prices: Prices,
    api: EvolinkClient,
    *,
    clock: Clock,
    say: Callable[[str], object],
    ask: Callable[[str], str],
) -> Finding:
    with TemporaryDirectory() as folder:
        async with FilmFetcher(
            api_url=config.evolink_base_url,
            clock=clock,
            folder=Path(folder),
            folder_limit=None,
            public_url=None,
        ) as films:
            return await make_film(config, prices, api, films, clock=clock, say=say, ask=ask)
