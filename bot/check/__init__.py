"""`python -m bot check`: prints what is right and wrong with a real set-up, line by line.

It speaks to an operator at a terminal and changes nothing; only `film` costs money."""

import json
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.api.client import EvolinkClient
from bot.api.films import FilmFetcher, bucket_at
from bot.check.database import about_database, is_running
from bot.check.discord import check_discord
from bot.check.film import make_film
from bot.check.findings import Finding, Verdict, note, ok, problem, why
from bot.check.folders import keeps_out
from bot.check.ports import about_ports
from bot.clock import Clock
from bot.config import Config
from bot.errors import ApiError, FilmError, StartupError
from bot.video.values.prices import CREDIT, PRICES, Prices

FEW_FILMS = 20  # with fewer left, the balance gets a remark
_UNREADABLE = "must be a file the bot can read"  # of `.env`, which hides every variable


class Report:
    """Prints findings as they come in, and counts the problems among them. `mistakes` are those of
    the configuration: what a wrong variable hides is not looked at."""

    def __init__(self, say: Callable[[str], object], mistakes: Sequence[str]) -> None:
        self.problems = 0
        self._say = say
        self._wrong = " ".join(mistakes)

    def tell(self, finding: Finding) -> None:
        """Print one."""
        self.problems += finding.verdict is Verdict.PROBLEM
        self._say(str(finding))

    async def tell_all(self, about: str, findings: AsyncIterator[Finding], *variables: str) -> None:
        """Print those on a subject, if the variables that they depend on could be read."""
        hides_all = _UNREADABLE in self._wrong
        if hidden := [each for each in variables if hides_all or each in self._wrong]:
            text = f"not looked at, because of {' and '.join(hidden)} above"
            self.tell(note(about, text))
            return
        async for finding in findings:
            self.tell(finding)


async def check(
    config: Config,
    *,
    mistakes: Sequence[str] = (),
    notes: Sequence[str],
    film: bool,
    say: Callable[[str], object],
    ask: Callable[[str], str],
    clock: Clock,
    uniform: Callable[[], float],
) -> int:
    """Print every finding as it comes in; returns 1 if any of them is a problem, else 0.

    `mistakes` and `notes` are on the configuration.
    """
    report = Report(say, mistakes)
    for finding in _about_configuration(mistakes, notes):
        report.tell(finding)
    prices = _prices(config, report.tell)
    await report.tell_all("Database", about_database(config, clock), "DATABASE_URL")
    await report.tell_all("Videos", _about_films(config), "FILMS_DIR", "FILMS_URL")
    ports = about_ports(config, is_running=await is_running(config, clock))
    await report.tell_all("Ports", ports, "WEB_HOST", "WEB_PORT", "METRICS_HOST", "METRICS_PORT")
    async with EvolinkClient(
        base_url=config.evolink_base_url, key=config.evolink_api_key, clock=clock, uniform=uniform
    ) as api:
        balance = _about_balance(api, prices)
        await report.tell_all("API key", balance, "EVOLINK_API_KEY", "EVOLINK_BASE_URL")
        discord = check_discord(config)
        await report.tell_all("Discord", discord, "DISCORD_TOKEN", "DISCORD_API_URL")
        if film and not report.problems:
            report.tell(await _film(config, prices, api, clock=clock, say=say, ask=ask))
    count = report.problems
    say(f"Problems to fix: {count}." if count else "Nothing is wrong.")
    return min(count, 1)


def _about_configuration(mistakes: Sequence[str], notes: Sequence[str]) -> Iterator[Finding]:
    about = "Configuration"
    yield from (problem(about, line) for line in mistakes)
    if not mistakes:
        yield ok(about, "all variables are valid")
    yield from (note(about, line) for line in notes)


def _prices(config: Config, tell: Callable[[Finding], None]) -> Prices:
    if config.prices_file is None:
        return PRICES
    try:
        return Prices.from_json(json.loads(config.prices_file.read_bytes()))
    except (OSError, ValueError) as error:
        tell(problem("Prices", f"PRICES_FILE is not valid: {error}"))
        return PRICES


async def _about_balance(api: EvolinkClient, prices: Prices) -> AsyncIterator[Finding]:
    try:
        balance = await api.balance()
    except ApiError as error:
        yield problem("API key", why(error))
        return
    if balance.credits <= 0:
        yield problem("API key", "accepted, but the account has no credits left: top it up")
        return
    ordinary = prices.ordinary()
    films = int(balance.credits / (ordinary.price / CREDIT))
    length = f"{ordinary.seconds} s"
    text = f"accepted; {balance.credits:g} credits are left, for about {films} videos of {length}"
    yield (note if films < FEW_FILMS else ok)("API key", text)


async def _about_films(config: Config) -> AsyncIterator[Finding]:
    if reason := keeps_out(config.films_dir):
        yield problem("FILMS_DIR", reason)
        return
    if config.films_url is None:
        yield ok("FILMS_DIR", "can be written")
        return
    try:
        await bucket_at(config.films_url).check()
        yield ok("FILMS_URL", "can be written, and FILMS_DIR for downloads")
    except (FilmError, StartupError) as error:
        yield problem("FILMS_URL", str(error))


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
