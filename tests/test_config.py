"""What an operator notices about the configuration: defaults, mistakes, secrets."""

import re
from pathlib import Path

import pytest
from msgspec import to_builtins
from msgspec.structs import fields

from bot.api.callbacks import CallbackTokens
from bot.config import RUN, Config, load_config
from bot.errors import StartupError
from bot.parts import callback_urls
from tests.configs import SECRETS, problems

EXAMPLE = Path(__file__).parents[1] / ".env.example"


def test_two_secrets_are_enough_and_the_limits_are_on() -> None:
    config = load_config(SECRETS, env_file=None, needs=RUN)

    assert config.discord_token.get_secret_value() == "discord-secret"
    assert config.servers == "owners"
    assert (config.max_running, config.default_at_once) == (3, 4)
    assert (config.max_credits_per_day, config.default_daily_credits) == (2000, 100)


def test_a_command_that_needs_no_secret_starts_without_any() -> None:
    assert load_config({}, env_file=None).evolink_base_url == "https://api.evolink.ai"


def test_a_missing_secret_is_named_with_the_place_to_get_it_in_one_line() -> None:
    with pytest.raises(StartupError) as stopped:
        load_config({}, env_file=None, needs=RUN)

    token, key = stopped.value.problems
    assert re.fullmatch(r"DISCORD_TOKEN is missing: .*discord\.com/developers.*", token)
    assert re.fullmatch(r"EVOLINK_API_KEY is missing: .*evolink\.ai.*", key)


@pytest.mark.parametrize(
    ("variable", "wrong", "expected"),
    [
        ("DISCORD_TOKEN", "two words", "one line of plain characters"),
        ("DISCORD_API_URL", "http://example.com/api", "https"),
        ("DISCORD_GATEWAY_URL", "https://gateway.discord.gg", "wss://"),
        ("DEV_GUILD_ID", "my-server", "whole number"),
        ("EVOLINK_BASE_URL", "http://api.evolink.ai", "https"),
        ("EVOLINK_BASE_URL", "https://user:pass@api.evolink.ai", "https"),
        ("PRICES_FILE", "/does/not/exist.json", "file that exists"),
        ("CREDITS_PER_USD", "inf", "number"),
        ("AI_LABEL", "a" * 81, "at most 80 characters"),
        ("SERVERS", "12, everyone", "server ids"),
        ("SERVERS", "0", "server ids"),
        ("OPERATOR_CHANNEL_ID", "-4", "at least 1"),
        ("MAX_RUNNING", "0", "at least 1, or unlimited"),
        ("MAX_CREDITS_PER_DAY", "lots", "whole number, or unlimited"),
        ("DEFAULT_DAILY_CREDITS", "-1", "at least 0, or unlimited"),
        ("DEFAULT_AT_ONCE", "1.5", "whole number, or unlimited"),
        ("UNDO_SECONDS", "61", "at most 60"),
        ("TASK_LIMIT_HOURS", "-7", "more than 0"),
        ("DATABASE_URL", "mysql://user:wrong@host/name", "postgresql://"),
        ("DATABASE_URL", "postgresql://bot:a/b@db/name", "postgresql://"),
        ("DATABASE_URL", "sqlite://bot.db", "sqlite:///PATH"),
        ("DATABASE_URL", "postgresql://bot:a@b@db/name", "@ in a password as %40"),
        ("DATABASE_URL", "postgres://bot:5432/a@b@db/name", "@ in a password as %40"),
        ("DATABASE_URL", "postgresql://bot:5432/a@db/name", "/ as %2F"),
        ("DATABASE_URL", "postgresql://bot:1?a@db/name", "? as %3F"),
        ("DATABASE_URL", "postgresql://bot:1#a@db/name", "# as %23"),
        ("FILMS_MAX_GB", "nan", "number, or unlimited"),
        ("FILMS_URL", "https://bucket.example.org", "s3://BUCKET"),
        ("FILMS_URL", "s3:///films", "s3://BUCKET"),
        ("FILMS_URL", "s3://key:hush@bucket/films", "s3://BUCKET"),
        ("FILMS_URL", "s3://bucket/films?key=hush", "credentials have variables of their own"),
        ("PUBLIC_URL", "http://bot.example.org", "https"),
        ("PUBLIC_URL", "bot.example.org", "https"),
        ("PUBLIC_URL", "http://localhost:8080", "https"),
        ("PUBLIC_URL", "https://localhost:8080", "the internet reaches"),
        ("PUBLIC_URL", "https://films.localhost", "the internet reaches"),
        ("PUBLIC_URL", "https://bot:8443", "the internet reaches"),
        ("PUBLIC_URL", "https://127.0.0.1", "the internet reaches"),
        ("PUBLIC_URL", "https://127.1", "the internet reaches"),
        ("PUBLIC_URL", "https://10.0.0.5", "the internet reaches"),
        ("PUBLIC_URL", "https://192.168.1.4:8443/bot", "the internet reaches"),
        ("PUBLIC_URL", "https://100.64.0.1", "the internet reaches"),
        ("PUBLIC_URL", "https://[::1]", "the internet reaches"),
        ("PUBLIC_URL", "https://[fd00::7]", "the internet reaches"),
        ("PUBLIC_URL", "https://bot.example.org/".ljust(2064, "a"), "at most 1973 characters"),
        ("WEB_PORT", "65536", "at most 65535"),
        ("LOG_LEVEL", "LOUD", "'DEBUG'"),
        ("LOG_FORMAT", "xml", "'text' or 'json'"),
        ("STOP_GRACE_SECONDS", "soon", "number"),
    ],
)
def test_a_mistake_is_told_by_variable_and_expectation_without_the_value(
    variable: str, wrong: str, expected: str
) -> None:
    [problem] = problems({variable: wrong})

    assert problem.startswith(f"{variable} must ")
    assert expected in problem
    assert wrong not in problem
    assert "\n" not in problem


def test_all_mistakes_are_told_at_once() -> None:
    told = problems({"WEB_PORT": "http", "MAX_RUNNING": "none", "SERVERS": "mine"})

    assert {line.split()[0] for line in told} == {"WEB_PORT", "MAX_RUNNING", "SERVERS"}


@pytest.mark.parametrize(
    "limit",
    [
        "MAX_RUNNING",
        "MAX_CREDITS_PER_DAY",
        "DEFAULT_DAILY_CREDITS",
        "DEFAULT_AT_ONCE",
        "FILMS_MAX_GB",
    ],
)
def test_every_limit_can_be_unlimited(limit: str) -> None:
    config = load_config({limit: "Unlimited"}, env_file=None)

    assert getattr(config, limit.lower()) is None


@pytest.mark.parametrize(
    ("text", "servers"),
    [("all", "all"), ("", "owners"), ("17, 18", frozenset({17, 18})), ("17", frozenset({17}))],
)
def test_servers_are_owners_all_or_ids(text: str, servers: object) -> None:
    assert load_config({"SERVERS": text}, env_file=None).servers == servers


@pytest.mark.parametrize(
    ("variable", "given", "kept"),
    [
        ("PUBLIC_URL", "https://bot.example.org/video/", "https://bot.example.org/video"),
        ("PUBLIC_URL", "https://8.8.8.8:8443", None),
        ("EVOLINK_BASE_URL", "http://[::1]:99/", "http://[::1]:99"),
        ("DISCORD_API_URL", "http://ratelimit-proxy:8080/api/v10", None),
        ("DISCORD_GATEWAY_URL", "ws://127.0.0.1:4000", None),
    ],
)
def test_addresses_are_kept_without_a_slash_at_the_end(
    variable: str, given: str, kept: str | None
) -> None:
    config = load_config({variable: given}, env_file=None)

    assert getattr(config, variable.lower()) == (kept or given)


@pytest.mark.parametrize("api", ["http://127.0.0.1:9000", "http://localhost:9000", "https://[::1]"])
@pytest.mark.parametrize(
    "public", ["http://127.0.0.1:8080", "http://localhost", "https://10.0.0.5"]
)
def test_a_video_api_on_this_machine_may_call_an_address_nearby(api: str, public: str) -> None:
    config = load_config({"EVOLINK_BASE_URL": api, "PUBLIC_URL": public}, env_file=None)

    assert config.public_url == public


def test_an_address_the_video_api_cannot_call_is_told_with_all_other_mistakes() -> None:
    told = problems({"PUBLIC_URL": "https://10.0.0.5", "WEB_PORT": "http"})

    assert {line.split()[0] for line in told} == {"PUBLIC_URL", "WEB_PORT"}


def test_the_longest_public_address_leaves_room_for_a_callback() -> None:
    longest = "https://bot.example.org/".ljust(1973, "a")
    config = load_config({"PUBLIC_URL": longest}, env_file=None)

    made = callback_urls(config.public_url, CallbackTokens(bytes(32)))("a" * 20)

    assert made is not None
    assert len(made) == 2048  # the most that the POST page allows


def test_the_short_name_of_postgresql_is_understood() -> None:
    config = load_config({"DATABASE_URL": "postgres://bot:pw@db/bot"}, env_file=None)

    assert config.database_url.get_secret_value() == "postgresql://bot:pw@db/bot"


def test_a_password_with_every_special_character_is_kept_as_it_is_written() -> None:
    url = "postgresql://bot:%40%2F%3F%23:!@db:5432/bot"

    config = load_config({"DATABASE_URL": url}, env_file=None)

    assert config.database_url.get_secret_value() == url


def test_no_secret_shows_when_the_configuration_is_printed() -> None:
    config = load_config(
        SECRETS | {"DATABASE_URL": "postgresql://bot:db-secret@db/bot"}, env_file=None
    )

    assert "secret'" not in repr(config)
    assert "-secret" not in f"{config!r} {config} {to_builtins(config, enc_hook=repr)}"


def test_the_example_file_lists_every_variable_with_a_reason_and_its_default() -> None:
    lines = EXAMPLE.read_text().splitlines()
    settings = {
        found[1]: (found[2], lines[number - 1])
        for number, line in enumerate(lines)
        if (found := re.fullmatch(r"#?([A-Z_]+)=(.*)", line))
    }
    defaults = Config()

    assert set(settings) == {each.name.upper() for each in fields(Config)}
    for variable, (_, line_above) in settings.items():
        assert re.match(r"# \S.{10,}", line_above), f"{variable} has no reason above it"
    as_written = load_config({n: value for n, (value, _) in settings.items()}, env_file=None)
    assert as_written == defaults


def test_the_example_file_only_lacks_the_two_secrets() -> None:
    config = load_config(SECRETS, env_file=EXAMPLE, needs=RUN)

    assert config == load_config(SECRETS, env_file=None)
