"""The command line: `python -m bot run | demo | check | status | usage | pause | resume | migrate
| backup | restore | move`.

Each command imports its heavy parts late, once the configuration is known to be right. An error at
start prints one line per problem and exits with code 1."""

import argparse
import asyncio
import logging
import os
import random
import sys
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from bot import __version__
from bot.clock import SystemClock
from bot.config import RUN, Role, load_config, log_style, notes, open_files, read_config
from bot.errors import CommitUnknown, StartupError, StorageDown
from bot.log import logging_to
from bot.variables import database

log = logging.getLogger("bot")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command in `arguments` (default: the process's own) and return its exit code."""
    parser = _parser()
    chosen = parser.parse_args(arguments)
    if chosen.start is _demo and (chosen.once is None) != (chosen.out is None):
        parser.error("demo: --once PROMPT and --out FILE belong together")
    try:
        start: Callable[[argparse.Namespace], int] = chosen.start
        return start(chosen)
    except StartupError as error:
        _tell(error.problems, style=log_style(os.environ) if chosen.start is _run else "text")
        return 1
    except KeyboardInterrupt:
        return 130


def _tell(problems: Sequence[str], *, style: Literal["text", "json"]) -> None:
    """Print one line per problem; with a JSON log, write them as log entries."""
    if style == "json":
        with logging_to(style="json"):
            for problem in problems:
                log.critical("%s", problem)
        return
    for problem in problems:
        print(problem, file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot", description="A Discord bot for AI video. Start with: demo"
    )
    parser.add_argument("--version", action="version", version=f"video-bot {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="serve Discord (needs DISCORD_TOKEN and EVOLINK_API_KEY)")
    run.add_argument(
        "--role",
        choices=[role.value for role in Role],
        default=Role.ALL.value,
        help="on PostgreSQL: only hear people, or only make videos (default: both)",
    )
    run.add_argument(
        "--interactions",
        choices=("gateway", "http"),
        default="gateway",
        help="http: Discord calls /interactions of the web server, and no gateway is used",
    )
    demo = commands.add_parser("demo", help="try it here, with a local Discord and a local API")
    demo.add_argument(
        "--port", type=_port, default=0, help="port of the page (default: a free one)"
    )
    demo.add_argument(
        "--processes", choices=list("1234"), default="1",
        help="processes of the bot that share a PostgreSQL of the demo's own (default: 1)",
    )  # fmt: skip
    demo.add_argument("--no-browser", action="store_true", help="do not open the page")
    demo.add_argument("--once", metavar="PROMPT", help="make one video without the page, and end")
    demo.add_argument("--out", metavar="FILE", type=Path, help="where --once saves the video")
    check = commands.add_parser("check", help="say what is wrong with a real set-up, if anything")
    check.add_argument("--film", action="store_true", help="also make one real video of 3 s (asks)")
    status = commands.add_parser("status", help="say how everything stands, on one screen")
    status.add_argument("--json", action="store_true", help="the same for programs")
    usage = commands.add_parser("usage", help="say what videos cost, by server, person and day")
    usage.add_argument(
        "--since", metavar="YYYY-MM-DD", type=_day, help="default: 30 days ago (UTC)"
    )
    usage.add_argument("--csv", action="store_true", help="one line per day, server and person")
    pause = commands.add_parser("pause", help="make no more videos for now; what waits stays")
    resume = commands.add_parser("resume", help="go on after a pause")
    migrate = commands.add_parser("migrate", help="bring the database's schema up to date")
    backup = commands.add_parser("backup", help="copy the database while the bot runs")
    backup.add_argument("file", metavar="FILE", type=Path, help="the copy, which must not exist")
    restore = commands.add_parser("restore", help="put a copy in the place of the database")
    restore.add_argument(
        "file", metavar="FILE", type=Path, nargs="?", help="the copy; none after pg_restore"
    )
    move = commands.add_parser("move", help="bring an SQLite bot to an empty PostgreSQL database")
    move.add_argument("source", metavar="FROM", type=_url, help="sqlite:///PATH, which stays")
    move.add_argument("target", metavar="TO", type=_url, help="postgresql://USER@HOST/NAME")
    for command, start in zip(
        (run, demo, check, status, usage, pause, resume, migrate, backup, restore, move),
        (_run, _demo, _check, _status, _usage, _pause, _resume, _migrate, _backup, _restore, _move),
        strict=True,
    ):
        command.set_defaults(start=start)
    return parser


def _port(text: str) -> int:
    if text.isdecimal() and int(text) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError("must be a number from 0 to 65535")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("must be a day, as 2026-11-01") from None


def _url(text: str) -> str:
    """A database's URL, which is in no error message: it may hold a password."""
    try:
        return database(text).get_secret_value()
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _run(chosen: argparse.Namespace) -> int:
    role, over_http = Role(chosen.role), chosen.interactions == "http"
    if over_http and not role.hears:
        raise StartupError(
            "--role worker hears nobody, so Discord cannot call it: start it without "
            "--interactions, and beside it a process with --role gateway --interactions http."
        )
    config = load_config(os.environ, needs=RUN)
    if role is not Role.ALL and not config.is_shared:
        raise StartupError(
            "--role divides the work of processes that share a PostgreSQL: name one in "
            "DATABASE_URL, or start without --role."
        )
    from bot.app import run

    with logging_to(
        level=config.log_level,
        style=config.log_format,
        sql=config.log_sql == "yes",
        secrets=config.secrets_to_hide(),
    ):
        for line in notes(os.environ):
            log.warning(line)
        return _served(run(config, role, over_http=over_http))


def _served(program: Coroutine[object, object, int]) -> int:
    try:
        return asyncio.run(program)
    except StartupError:
        raise
    except (StorageDown, CommitUnknown) as error:
        raise StartupError(
            f"The database went away, so the bot stopped: {error}. Start it again."
        ) from error
    except Exception:
        # Python would print this traceback with the secrets in it.
        log.critical("The bot stopped because of an unexpected error.", exc_info=True)
        return 1


def _demo(chosen: argparse.Namespace) -> int:
    if not all(map(find_spec, ("av", "PIL"))):
        raise StartupError("The demo makes its own videos and needs: pip install '.[demo]'")
    from bot.playground import demo

    with logging_to(level="WARNING"):
        return asyncio.run(
            demo.run(
                port=chosen.port,
                browser=not chosen.no_browser,
                once=chosen.once,
                out=chosen.out,
                processes=int(chosen.processes),
            )
        )


def _check(chosen: argparse.Namespace) -> int:
    config, mistakes = read_config(os.environ, needs=RUN)
    from bot.check import check

    code = 1
    checking = check(
        config,
        mistakes=mistakes,
        notes=[*notes(os.environ), *open_files(os.environ)],
        film=chosen.film,
        say=print,
        ask=input,
        clock=SystemClock(),
        uniform=random.random,
    )
    with logging_to(level="ERROR", secrets=config.secrets_to_hide()), _read_by_somebody():
        code = asyncio.run(checking)
    return code


def _status(chosen: argparse.Namespace) -> int:
    config = load_config(os.environ)
    from bot.db.status import read_standing
    from bot.status import Status, as_json, lines
    from bot.video.values.prices import CREDIT

    url, now = config.database_url.get_secret_value(), SystemClock().now()
    cap = config.max_credits_per_day
    status = Status(
        version=__version__,
        at=now,
        database="SQLite" if url.startswith("sqlite") else "PostgreSQL",
        cap=None if cap is None else cap * CREDIT,
        standing=read_standing(url, now=now),
    )
    with _read_by_somebody():
        print(*([as_json(status)] if chosen.json else lines(status)), sep="\n")
    return 0


def _usage(chosen: argparse.Namespace) -> int:
    config = load_config(os.environ)
    from bot.db.usage import read_spending
    from bot.usage import tables, write_csv

    since = chosen.since or (SystemClock().now() - timedelta(days=30)).date()
    url, start = config.database_url.get_secret_value(), datetime.combine(since, time(tzinfo=UTC))
    spending = read_spending(url, since=start)
    with _read_by_somebody():
        if chosen.csv:
            write_csv(spending, config.credits_per_usd, sys.stdout)
        else:
            print(*tables(spending, since, config.credits_per_usd), sep="\n")
    return 0


@contextmanager
def _read_by_somebody() -> Iterator[None]:
    """Print in the block, to a reader who may leave early."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:  # its reader, as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _pause(_: argparse.Namespace) -> int:
    _set_paused(True)
    print("Paused: no video starts until you run: python -m bot resume")
    return 0


def _resume(_: argparse.Namespace) -> int:
    _set_paused(False)
    print("Videos go on within a minute.")
    return 0


def _set_paused(paused: bool) -> None:
    url = load_config(os.environ).database_url.get_secret_value()
    from bot.db.pause import set_paused

    set_paused(url, paused)


def _migrate(_: argparse.Namespace) -> int:
    url = load_config(os.environ).database_url.get_secret_value()
    from bot.db import upgrade

    upgrade(url)
    print("The database's schema is up to date.")
    return 0


def _backup(chosen: argparse.Namespace) -> int:
    url = load_config(os.environ).database_url.get_secret_value()
    from bot.db import backup

    backup(url, chosen.file)
    print(f"Copied to {chosen.file}.")
    return 0


def _restore(chosen: argparse.Namespace) -> int:
    url = load_config(os.environ).database_url.get_secret_value()
    from bot.db import restore

    aside = restore(url, chosen.file, print)
    if chosen.file is not None:
        print(f"Restored from {chosen.file}.")
    if aside is not None:
        print(f"What was there before is kept as {aside}.")
    print("At the next start the videos that wait in it end with a refund; none is ordered again.")
    return 0


def _move(chosen: argparse.Namespace) -> int:
    from bot.db import move

    move(chosen.source, chosen.target, print)
    print("Moved. Set DATABASE_URL to the new database, and start the bot.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
