"""Config: every variable an operator can set, with its type, default, unit and reason.

What the managers of a server set is in the database, not here."""

import ipaddress
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, FilePath, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.environment import Environment
from bot.errors import StartupError

_WHERE_TO_GET = {
    "DISCORD_TOKEN": "copy it from https://discord.com/developers/applications, your application, "
    "Bot, Reset Token",
    "EVOLINK_API_KEY": "make one on https://evolink.ai, in your account under API keys",
}
RUN: Collection[str] = tuple(_WHERE_TO_GET)  # the secrets that `run` and `check` cannot do without


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_private_network(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host


def _url(scheme: str, plain_for: Callable[[str], bool], expected: str) -> AfterValidator:
    """An address of `scheme` (https, wss); `plain_for` says which hosts need no encryption."""

    def checked(value: str) -> str:
        try:
            parts = urlsplit(value)
            host, _ = parts.hostname or "", parts.port
        except ValueError:
            raise ValueError(expected) from None
        safe = parts.scheme == scheme or (parts.scheme == scheme[:-1] and plain_for(host))
        if not (safe and host and value.isascii() and value.isprintable()) or " " in value:
            raise ValueError(expected)
        if parts.username or parts.query or parts.fragment:
            raise ValueError(expected)
        return value.rstrip("/")

    return AfterValidator(checked)


def _database_url(value: object) -> object:
    if not isinstance(value, str):
        return value
    value = value.replace("postgres://", "postgresql://", 1)
    if value.removeprefix("sqlite:///") not in ("", value):
        return value
    try:
        if value.startswith("postgresql://") and urlsplit(value).port != 0:
            return value
    except ValueError:
        pass  # an address that cannot be taken apart
    raise ValueError("must be sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME")


def _secret(value: object) -> object:
    if isinstance(value, str) and not (
        value.isascii() and value.isprintable() and " " not in value
    ):
        raise ValueError("must be one line of plain characters without spaces")
    return value


def _servers(value: object) -> object:
    words = str(value).replace(",", " ").split()
    if words in (["all"], ["owners"]):
        return words[0]
    if not all(word.isascii() and word.isdecimal() and 0 < int(word) < 2**63 for word in words):
        raise ValueError("must be `all`, or server ids (digits only) with commas between them")
    return frozenset(map(int, words))


def _unlimited(value: object) -> object:
    return None if str(value).lower() == "unlimited" else value


Secret = Annotated[SecretStr, BeforeValidator(_secret)]
Snowflake = Annotated[int, Field(ge=1, lt=2**63)]
Unlimited = BeforeValidator(_unlimited)
NEARBY = "must be an https address, or http for this machine"


class Config(BaseSettings):
    """What the operator decided. A variable's name is its field's in capitals.

    A secret is empty where the command does not need it; `None` in a limit means unlimited.
    """

    model_config = SettingsConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    discord_token: Secret = Field(SecretStr(""), description="The bot's token.")
    discord_api_url: Annotated[
        str,
        _url(
            "https", _is_private_network, "must be an https address, or http in a private network"
        ),
    ] = Field(
        "https://discord.com/api/v10",
        description="Base of Discord's REST API; a rate-limit proxy goes here.",
    )
    discord_gateway_url: (
        Annotated[
            str,
            _url("wss", _is_private_network, "must be wss://, or ws:// in a private network"),
        ]
        | None
    ) = Field(None, description="Gateway to connect to; unset: what Discord says.")
    dev_guild_id: Snowflake | None = Field(
        None, description="Server whose commands are synced alone and at once, while developing."
    )

    evolink_api_key: Secret = Field(SecretStr(""), description="Key of the video API; it pays.")
    evolink_base_url: Annotated[str, _url("https", _is_this_machine, NEARBY)] = Field(
        "https://api.evolink.ai", description="Address of the video API."
    )
    prices_file: FilePath | None = Field(
        None, description="JSON file with prices newer than the table the bot carries."
    )
    credits_per_usd: float = Field(
        68, gt=0, allow_inf_nan=False, description="Credits a US dollar buys, for the prices shown."
    )

    servers: Annotated[Literal["owners", "all"] | frozenset[int], BeforeValidator(_servers)] = (
        Field(
            "owners",
            description="Servers served: ids, `all`, or unset for those its owners are in.",
        )
    )
    operator_channel_id: Snowflake | None = Field(
        None, description="Channel for the operator's messages; unset: a DM to the owner."
    )
    max_running: Annotated[int | None, Unlimited] = Field(
        3, ge=1, description="Films being made at once, by the whole bot."
    )
    max_credits_per_day: Annotated[int | None, Unlimited] = Field(
        2000, ge=0, description="Credits the whole bot may spend in 24 hours."
    )
    default_daily_credits: Annotated[int | None, Unlimited] = Field(
        100, ge=0, description="Credits a person may spend in 24 hours where a server set nothing."
    )
    default_at_once: Annotated[int | None, Unlimited] = Field(
        2, ge=1, description="Films one person may have waiting or being made."
    )
    undo_seconds: float = Field(
        4, ge=0, le=60, description="Seconds in which Cancel still costs nothing."
    )
    task_limit_hours: float = Field(
        24, gt=0, le=720, description="Hours after which a film without an end is given up."
    )

    database_url: Annotated[SecretStr, BeforeValidator(_database_url)] = Field(
        SecretStr("sqlite:///data/bot.db"), description="sqlite:///PATH or postgresql://..."
    )
    films_dir: Path = Field(Path("data/films"), description="Folder of films too big to upload.")
    films_max_gb: Annotated[float | None, Unlimited] = Field(
        5, gt=0, allow_inf_nan=False, description="Gigabytes that folder may take."
    )

    public_url: Annotated[str, _url("https", _is_this_machine, NEARBY)] | None = Field(
        None, description="Address of the web server from outside; turns callbacks and films on."
    )
    web_host: str = Field("127.0.0.1", description="Address the web server listens on.")
    web_port: int = Field(8080, ge=0, le=65535, description="Its port; 0 takes a free one.")

    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(str.upper)
    ] = Field("INFO", description="Least serious level that is logged.")
    log_format: Annotated[Literal["text", "json"], BeforeValidator(str.lower)] = Field(
        "text", description="text for people, json for machines."
    )
    stop_grace_seconds: float = Field(
        10, ge=0, le=600, description="Seconds that work in hand gets to finish when stopping."
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `load_config` hands over: the process's own environment is never read."""
        return (init_settings,)

    def secrets_to_hide(self) -> tuple[str, ...]:
        """What a log or a message must never show."""
        return tuple(getattr(self, name).get_secret_value() for name in _SECRETS)


_SECRETS = [name for name, of in Config.model_fields.items() if isinstance(of.default, SecretStr)]


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
    environment = Environment(
        variables=[name.upper() for name in Config.model_fields],
        secrets=[name.upper() for name in _SECRETS],
    )
    values = environment.read(environ, env_file)
    problems = environment.problems
    told = " ".join(problems)
    missing = [name for name in needs if name not in values and name not in told]
    problems += [f"{name} is missing: {_WHERE_TO_GET[name]}." for name in missing]
    try:
        config = Config.model_validate({name.lower(): value for name, value in values.items()})
    except ValidationError as error:
        raise StartupError(*problems, *_mistakes(error)) from None
    if problems:
        raise StartupError(*problems)
    return config


_EXPECTED = {
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_parsing": "must be a number",
    "finite_number": "must be a number",
    "greater_than": "must be more than {gt:g}",
    "greater_than_equal": "must be at least {ge:g}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le:g}",
    "literal_error": "must be {expected}",
    "path_not_file": "must name a file that exists",
    "value_error": "{error}",
}


def _mistakes(error: ValidationError) -> Iterator[str]:
    for mistake in error.errors(include_input=False, include_url=False):
        name = str(mistake["loc"][0])
        expected = _EXPECTED.get(mistake["type"], mistake["msg"]).format(**mistake.get("ctx", {}))
        or_unlimited = ", or unlimited" if Unlimited in Config.model_fields[name].metadata else ""
        yield f"{name.upper()} {expected}{or_unlimited}."
