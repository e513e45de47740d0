"""Config: every variable an operator can set, with its type, default, unit and reason.

What a server's managers set is in the database, not here."""

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints
from urllib.parse import urlsplit

from msgspec import Struct

from bot.environment import Environment, unused_proxies
from bot.errors import StartupError
from bot.variables import (
    Secret,
    address,
    admitted,
    at_most,
    bucket,
    database,
    file,
    is_private_network,
    is_public,
    is_this_machine,
    number,
    one_of,
    positive,
    secret,
    snowflake,
    unlimited,
    whole,
    words,
)

_WHERE_TO_GET = {
    "DISCORD_TOKEN": "copy it from https://discord.com/developers/applications, your application, "
    "Bot, Reset Token",
    "EVOLINK_API_KEY": "make one on https://evolink.ai, in your account under API keys",
}
# What other programs call theirs, too: in the environment, a name like these is only a warning.
_COMMON = (
    "DATABASE_URL", "DATABASE_URL_FILE", "ENV_FILE", "LOG_FORMAT", "LOG_LEVEL", "LOG_SQL",
    "METRICS_HOST", "METRICS_PORT", "PUBLIC_URL", "SERVERS", "SHARDS", "WEB_HOST", "WEB_PORT",
)  # fmt: skip
RUN: Collection[str] = tuple(_WHERE_TO_GET)  # the secrets that `run` and `check` require

_UNSET, _HERE = Secret(""), Secret("sqlite:///data/bot.db")
_DISCORD_API = address(
    "https", is_private_network, "must be an https address, or http in a private network"
)
_GATEWAY = address("wss", is_private_network, "must be wss://, or ws:// in a private network")
_NEARBY = address("https", is_this_machine, "must be an https address, or http for this machine")
# The POST page allows an address 2048 characters; ours ends in /callbacks/ and 64 of a token.
_ROOM = 2048 - len("/callbacks/") - 64
_REACHED = (
    "must be an https address that the internet reaches; "
    "one nearby only if EVOLINK_BASE_URL is on this machine"
)
_PUBLIC = at_most(_ROOM, address("https", is_this_machine, _REACHED))


class Role(StrEnum):
    """What a process does. Several with different roles share one PostgreSQL."""

    ALL = "all"
    GATEWAY = "gateway"  # hears people and answers them
    WORKER = "worker"  # submits, polls, shows and delivers; without a connection to the gateway

    @property
    def hears(self) -> bool:
        return self is not Role.WORKER

    @property
    def works(self) -> bool:
        return self is not Role.GATEWAY


class Config(Struct, frozen=True, kw_only=True):
    """What the operator decided. Each variable is its field's name in capitals.

    A secret is empty if the command does not need it; `None` as a limit means unlimited.
    """

    discord_token: Annotated[Secret, secret] = _UNSET
    """The bot's token."""
    discord_api_url: Annotated[str, _DISCORD_API] = "https://discord.com/api/v10"
    """Base of Discord's REST API; set it to a rate-limit proxy's address to use one."""
    discord_gateway_url: Annotated[str | None, _GATEWAY] = None
    """Gateway to connect to; unset: the one Discord names."""
    shards: Annotated[int | None, whole(1, 10_000)] = None
    """Connections to split Discord's events over; unset: as many as Discord recommends."""
    dev_guild_id: Annotated[int | None, snowflake] = None
    """Sync commands to this server alone, at once: for development."""

    evolink_api_key: Annotated[Secret, secret] = _UNSET
    """Key of the video API; its account pays."""
    evolink_base_url: Annotated[str, _NEARBY] = "https://api.evolink.ai"
    """Address of the video API."""
    prices_file: Annotated[Path | None, file] = None
    """JSON file with newer prices than the built-in table."""
    credits_per_usd: Annotated[float, positive()] = 68.0
    """Credits per US dollar, for the prices shown."""

    servers: Annotated[Literal["owners", "all"] | frozenset[int], admitted] = "owners"
    """Servers to serve: ids, `all`, or unset for those an owner of the bot is in."""
    operator_channel_id: Annotated[int | None, snowflake] = None
    """Channel for the operator's messages; unset: a DM to the owner."""
    max_running: Annotated[int | None, unlimited(whole(1))] = 3
    """Videos that the whole bot may have in the making at once."""
    max_credits_per_day: Annotated[int | None, unlimited(whole(0))] = 2000
    """Credits the whole bot may spend in 24 hours."""
    default_daily_credits: Annotated[int | None, unlimited(whole(0))] = 100
    """Credits a person may spend in 24 hours unless their server says otherwise."""
    default_at_once: Annotated[int | None, unlimited(whole(1))] = 4
    """Videos one person may have in progress; each take of a request is one."""
    ai_label: Annotated[str, words(80)] = ""
    """What videos' messages and alt texts say of their origin; unset: that AI made them."""
    undo_seconds: Annotated[float, number(0, 60)] = 4.0
    """Seconds in which Cancel is still free."""
    task_limit_hours: Annotated[float, positive(720)] = 24.0
    """Hours until the bot gives up on a video that does not end."""

    database_url: Annotated[Secret, database] = _HERE
    """sqlite:///PATH or postgresql://..."""
    films_dir: Annotated[Path, Path] = Path("data/films")
    """Folder for videos too big to upload."""
    films_max_gb: Annotated[float | None, unlimited(positive())] = 5.0
    """Gigabytes that folder may take."""
    films_url: Annotated[str | None, bucket] = None
    """Object storage that keeps those videos instead, for several machines: s3://BUCKET."""

    public_url: Annotated[str | None, _PUBLIC] = None
    """Address of the web server from outside; turns on callbacks and links to videos."""
    web_host: Annotated[str, str] = "127.0.0.1"
    """Address the web server listens on."""
    web_port: Annotated[int, whole(0, 65535)] = 8080
    """Port of the web server; 0 takes a free one."""
    metrics_port: Annotated[int | None, whole(0, 65535)] = None
    """Port of /metrics, never the web server's; 0 takes a free one; unset: no metrics."""
    metrics_host: Annotated[str, str] = "127.0.0.1"
    """Address that /metrics listens on; keep it internal."""

    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR"], one_of("DEBUG", "INFO", "WARNING", "ERROR")
    ] = "INFO"
    """Lowest level that is logged."""
    log_format: Annotated[Literal["text", "json"], one_of("text", "json")] = "text"
    """text for people, json for machines."""
    log_sql: Annotated[Literal["yes", "no"], one_of("yes", "no")] = "no"
    """yes: the database's statements too, without their values."""
    stop_grace_seconds: Annotated[float, number(0, 600)] = 10.0
    """Seconds for work in hand to finish when stopping."""

    @property
    def is_shared(self) -> bool:
        """Whether several processes may use the database."""
        return self.database_url.get_secret_value().startswith("postgresql")

    def secrets_to_hide(self) -> tuple[str, ...]:
        """The secrets that no log or message may show."""
        return tuple(getattr(self, name.lower()).get_secret_value() for name in _SECRETS)


_FIELDS = {name.upper(): of for name, of in get_type_hints(Config, include_extras=True).items()}
_SECRETS = [name for name, of in _FIELDS.items() if of.__origin__ is Secret]


def load_config(
    environ: Mapping[str, str],
    *,
    env_file: Path | None = Path(".env"),
    needs: Collection[str] = (),
) -> Config:
    """Read the configuration from `environ`; `env_file` fills the gaps.

    The variable ENV_FILE names another file; empty means none. `needs` names the required secrets.
    Raises `StartupError` with one line per mistake, never with a value.
    """
    config, problems = read_config(environ, env_file=env_file, needs=needs)
    if problems:
        raise StartupError(*problems)
    return config


def read_config(
    environ: Mapping[str, str],
    *,
    env_file: Path | None = Path(".env"),
    needs: Collection[str] = (),
) -> tuple[Config, Sequence[str]]:
    """The same for `check`: what can be read, with defaults for the rest, and the mistakes."""
    environment = _environment()
    texts = environment.read(environ, env_file)
    problems = environment.problems
    told = " ".join(problems)
    missing = [name for name in needs if name not in texts and name not in told]
    problems += [f"{name} is missing: {_WHERE_TO_GET[name]}." for name in missing]
    values: dict[str, Any] = {}
    for name in [name for name in _FIELDS if name in texts]:
        (read,) = _FIELDS[name].__metadata__
        try:
            values[name.lower()] = read(texts[name])
        except ValueError as error:
            problems.append(f"{name} {error}.")
    config = Config(**values)
    is_known = "evolink_base_url" in values or "EVOLINK_BASE_URL" not in texts
    api = config.evolink_base_url
    if config.public_url and is_known and not _is_reached(config.public_url, by=api):
        problems.append(f"PUBLIC_URL {_REACHED}.")
    if config.metrics_port and config.metrics_port == config.web_port:
        problems.append("METRICS_PORT must differ from WEB_PORT, which may be public.")
    return config, problems


def log_style(
    environ: Mapping[str, str], env_file: Path | None = Path(".env")
) -> Literal["text", "json"]:
    """LOG_FORMAT, even if other variables are wrong."""
    said = Environment(variables=["LOG_FORMAT"], secrets=()).read(environ, env_file)
    return "json" if said.get("LOG_FORMAT") == "json" else "text"


def near_misses(environ: Collection[str]) -> list[str]:
    """A line for each name in `environ` that may be a misspelt variable of ours, or another
    program's; one that can only be ours stops the start."""
    return _environment().near_misses(environ)


def open_files(environ: Mapping[str, str], env_file: Path = Path(".env")) -> list[str]:
    """A line for each file of secrets that every user of the machine can read."""
    return _environment().open_files(environ, env_file)


def notes(environ: Mapping[str, str]) -> list[str]:
    """Warnings about `environ`: likely mistakes that do not stop the bot."""
    return [*near_misses(environ), *unused_proxies(environ)]


def _environment() -> Environment:
    return Environment(variables=_FIELDS, secrets=_SECRETS, common=_COMMON)


def _is_reached(url: str, *, by: str) -> bool:
    """Whether the video API at `by` can call this address. It refuses http and internal addresses,
    and the whole request with them (POST page)."""
    if is_this_machine(urlsplit(by).hostname or ""):
        return True
    parts = urlsplit(url)
    return parts.scheme == "https" and is_public(parts.hostname or "")
