"""Config: every variable an operator can set, with its type, default, unit and reason.

What the managers of a server set is in the database, not here."""

from collections.abc import Collection, Mapping
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
)

_WHERE_TO_GET = {
    "DISCORD_TOKEN": "copy it from https://discord.com/developers/applications, your application, "
    "Bot, Reset Token",
    "EVOLINK_API_KEY": "make one on https://evolink.ai, in your account under API keys",
}
RUN: Collection[str] = tuple(_WHERE_TO_GET)  # the secrets that `run` and `check` cannot do without

_UNSET, _HERE = Secret(""), Secret("sqlite:///data/bot.db")
_DISCORD_API = address(
    "https", is_private_network, "must be an https address, or http in a private network"
)
_GATEWAY = address("wss", is_private_network, "must be wss://, or ws:// in a private network")
_NEARBY = address("https", is_this_machine, "must be an https address, or http for this machine")
# The POST page allows callbacks 2048 characters: /callbacks/ and a token of 64 have to fit in.
_ROOM = 2048 - len("/callbacks/") - 64
_REACHED = (
    "must be an https address that the internet reaches; "
    "one nearby only if EVOLINK_BASE_URL is on this machine"
)
_PUBLIC = at_most(_ROOM, address("https", is_this_machine, _REACHED))


class Config(Struct, frozen=True, kw_only=True):
    """What the operator decided. A variable's name is its field's in capitals.

    A secret is empty where the command does not need it; `None` in a limit means unlimited.
    """

    discord_token: Annotated[Secret, secret] = _UNSET
    """The bot's token."""
    discord_api_url: Annotated[str, _DISCORD_API] = "https://discord.com/api/v10"
    """Base of Discord's REST API; a rate-limit proxy goes here."""
    discord_gateway_url: Annotated[str | None, _GATEWAY] = None
    """Gateway to connect to; unset: what Discord says."""
    dev_guild_id: Annotated[int | None, snowflake] = None
    """Server whose commands are synced alone and at once, while developing."""

    evolink_api_key: Annotated[Secret, secret] = _UNSET
    """Key of the video API; it pays."""
    evolink_base_url: Annotated[str, _NEARBY] = "https://api.evolink.ai"
    """Address of the video API."""
    prices_file: Annotated[Path | None, file] = None
    """JSON file with prices newer than the table the bot carries."""
    credits_per_usd: Annotated[float, positive()] = 68.0
    """Credits a US dollar buys, for the prices shown."""

    servers: Annotated[Literal["owners", "all"] | frozenset[int], admitted] = "owners"
    """Servers served: ids, `all`, or unset for those its owners are in."""
    operator_channel_id: Annotated[int | None, snowflake] = None
    """Channel for the operator's messages; unset: a DM to the owner."""
    max_running: Annotated[int | None, unlimited(whole(1))] = 3
    """Films being made at once, by the whole bot."""
    max_credits_per_day: Annotated[int | None, unlimited(whole(0))] = 2000
    """Credits the whole bot may spend in 24 hours."""
    default_daily_credits: Annotated[int | None, unlimited(whole(0))] = 100
    """Credits a person may spend in 24 hours where a server set nothing."""
    default_at_once: Annotated[int | None, unlimited(whole(1))] = 2
    """Films one person may have waiting or being made."""
    undo_seconds: Annotated[float, number(0, 60)] = 4.0
    """Seconds in which Cancel still costs nothing."""
    task_limit_hours: Annotated[float, positive(720)] = 24.0
    """Hours after which a film without an end is given up."""

    database_url: Annotated[Secret, database] = _HERE
    """sqlite:///PATH or postgresql://..."""
    films_dir: Annotated[Path, Path] = Path("data/films")
    """Folder of films too big to upload."""
    films_max_gb: Annotated[float | None, unlimited(positive())] = 5.0
    """Gigabytes that folder may take."""

    public_url: Annotated[str | None, _PUBLIC] = None
    """Address of the web server from outside; turns callbacks and films on."""
    web_host: Annotated[str, str] = "127.0.0.1"
    """Address the web server listens on."""
    web_port: Annotated[int, whole(0, 65535)] = 8080
    """Its port; 0 takes a free one."""

    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR"], one_of("DEBUG", "INFO", "WARNING", "ERROR")
    ] = "INFO"
    """Least serious level that is logged."""
    log_format: Annotated[Literal["text", "json"], one_of("text", "json")] = "text"
    """text for people, json for machines."""
    stop_grace_seconds: Annotated[float, number(0, 600)] = 10.0
    """Seconds that work in hand gets to finish when stopping."""

    def secrets_to_hide(self) -> tuple[str, ...]:
        """What a log or a message must never show."""
        return tuple(getattr(self, name.lower()).get_secret_value() for name in _SECRETS)


_FIELDS = {name.upper(): of for name, of in get_type_hints(Config, include_extras=True).items()}
_SECRETS = [name for name, of in _FIELDS.items() if of.__origin__ is Secret]


def load_config(
    environ: Mapping[str, str],
    *,
    env_file: Path | None = Path(".env"),
    needs: Collection[str] = (),
) -> Config:
    """The configuration from `environ`, with `env_file` under it.

    The variable ENV_FILE names another file; empty means none. `needs` names the secrets that have
    to be there. Raises `StartupError` with one line for each mistake, never with a value.
    """
    environment = Environment(variables=_FIELDS, secrets=_SECRETS)
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
    if problems:
        raise StartupError(*problems)
    return config


def near_misses(environ: Collection[str]) -> list[str]:
    """A line for each name in `environ` that is nearly one of ours; others may stand there."""
    return Environment(variables=_FIELDS, secrets=_SECRETS).near_misses(environ)


def open_files(environ: Mapping[str, str], env_file: Path = Path(".env")) -> list[str]:
    """A line for each file of secrets that every user of the machine may read."""
    return Environment(variables=_FIELDS, secrets=_SECRETS).open_files(environ, env_file)


def notes(environ: Mapping[str, str]) -> list[str]:
    """Warnings about `environ`: likely mistakes that do not stop a start."""
    return [*near_misses(environ), *unused_proxies(environ)]


def _is_reached(url: str, *, by: str) -> bool:
    """Whether the video API at `by` calls such an address: it refuses http and internal ones, and
    with them each film (POST page)."""
    if is_this_machine(urlsplit(by).hostname or ""):
        return True
    parts = urlsplit(url)
    return parts.scheme == "https" and is_public(parts.hostname or "")
