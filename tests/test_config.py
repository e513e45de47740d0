"""What an operator notices about the configuration: defaults, mistakes, secrets."""

import re
from pathlib import Path

import pytest
from msgspec import to_builtins
from msgspec.structs import fields

from bot.api.callbacks import CallbackTokens
from bot.app import callback_urls
from bot.config import RUN, Config, load_config, near_misses, notes
from bot.errors import StartupError

SECRETS = {"DISCORD_TOKEN": "discord-secret", "EVOLINK_API_KEY": "evolink-secret"}
EXAMPLE = Path(__file__).parents[1] / ".env.example"


def problems(environ: dict[str, str], env_file: Path | None = None) -> list[str]:
    with pytest.raises(StartupError) as stopped:
        load_config(SECRETS | environ, env_file=env_file, needs=RUN)
    return list(stopped.value.problems)


def test_two_secrets_are_enough_and_the_limits_are_on() -> None:
    config = load_config(SECRETS, env_file=None, needs=RUN)

    assert config.discord_token.get_secret_value() == "discord-secret"
    assert config.servers == "owners"
    assert (config.max_running, config.default_at_once) == (3, 2)
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


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("MAX_RUNNING=7\nDEFAULT_AT_ONCE=9\n# a note\nexport LOG_FORMAT='json'\n")

    config = load_config({"MAX_RUNNING": "5"}, env_file=env_file)

    assert (config.max_running, config.default_at_once, config.log_format) == (5, 9, "json")


def test_env_file_names_another_file_and_empty_means_none(tmp_path: Path) -> None:
    usual, other = tmp_path / ".env", tmp_path / "other.env"
    usual.write_text("MAX_RUNNING=7\n")
    other.write_text("MAX_RUNNING=8\n")

    assert load_config({"ENV_FILE": str(other)}, env_file=usual).max_running == 8
    assert load_config({"ENV_FILE": ""}, env_file=usual).max_running == 3
    assert load_config({}, env_file=tmp_path / "absent").max_running == 3
    assert problems({"ENV_FILE": str(tmp_path / "absent")}) == [
        "ENV_FILE must be a file the bot can read, in UTF-8."
    ]


def test_a_secret_can_come_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text("from-a-file\n")

    config = load_config({"DISCORD_TOKEN_FILE": str(secret)}, env_file=None)

    assert config.discord_token.get_secret_value() == "from-a-file"


def test_a_secret_file_in_the_environment_wins_over_a_secret_in_the_env_file(
    tmp_path: Path,
) -> None:
    (tmp_path / "key").write_text("from-a-file")
    (tmp_path / ".env").write_text("EVOLINK_API_KEY=from-dotenv\n")

    config = load_config(
        {"EVOLINK_API_KEY_FILE": str(tmp_path / "key")}, env_file=tmp_path / ".env"
    )

    assert config.evolink_api_key.get_secret_value() == "from-a-file"


def test_a_secret_given_twice_or_in_an_unreadable_file_is_a_mistake(tmp_path: Path) -> None:
    assert problems({"DISCORD_TOKEN_FILE": str(tmp_path)}) == [
        "DISCORD_TOKEN and DISCORD_TOKEN_FILE must not both be set."
    ]
    assert problems({"DISCORD_TOKEN": "", "DISCORD_TOKEN_FILE": str(tmp_path)}) == [
        "DISCORD_TOKEN_FILE must name a file with the secret in it."
    ]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("EVOLINK_APIKEY", "EVOLINK_API_KEY"),
        ("DISCORD_BOT_TOKEN", "DISCORD_TOKEN"),
        ('"DISCORD_TOKEN"', "DISCORD_TOKEN"),
        ("-DISCORD_TOKEN", "DISCORD_TOKEN"),
        ("$env:DISCORD_TOKEN", "DISCORD_TOKEN"),
    ],
)
def test_a_misspelt_variable_gets_a_hint(tmp_path: Path, typed: str, meant: str) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text(f"{typed}=very-secret\nPOSTGRES_PASSWORD=also-secret\n")

    [problem] = problems({meant: ""}, env_file)

    assert typed in problem
    assert f"did you mean {meant}?" in problem
    assert "secret" not in problem


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("MAX_CREDIT_PER_DAY", "MAX_CREDITS_PER_DAY"),
        ("MAX_CREDITS_A_DAY", "MAX_CREDITS_PER_DAY"),
        ("DEFAULT_ATONCE", "DEFAULT_AT_ONCE"),
        ("max_running", "MAX_RUNNING"),
        ("SERVER", "SERVERS"),
        ("EVOLINK_APIKEY_FILE", "EVOLINK_API_KEY_FILE"),
    ],
)
def test_a_misspelt_variable_of_the_environment_gets_a_hint_too(typed: str, meant: str) -> None:
    [line] = near_misses(SECRETS | {typed: "50 secrets"})

    assert line.startswith(f"{typed} in the environment is not a variable of this bot")
    assert f"did you mean {meant}?" in line
    assert "50 secrets" not in line


def test_variables_of_other_programs_are_no_misspelt_ones() -> None:
    others = (
        "PATH HOME LOGNAME LANG HOSTNAME PORT LOGS_DIRECTORY STATE_DIRECTORY SERVICES PUBLIC_IP "
        "DATABASE_USER DATABASE_HOST POSTGRES_PASSWORD PGPASSWORD REDIS_URL WEB_CONCURRENCY "
        "DISCORD_OPENAPI OPENAI_API_KEY LOG_FILE SYSTEMD_LOG_LEVEL DOTENV_FILE SSL_CERT_FILE"
    )
    ours = (name.upper() for name in Config.__struct_fields__)

    assert near_misses(dict.fromkeys([*others.split(), *ours, "ENV_FILE"], "x")) == []


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


@pytest.mark.parametrize(
    ("text", "line", "name"),
    [
        ('DEFAULT_DAILY_CREDITS="10\n', 1, "DEFAULT_DAILY_CREDITS"),
        ("\n# a note\nMAX_CREDITS_PER_DAY='50\n", 3, "MAX_CREDITS_PER_DAY"),
        ("MAX_RUNNING=3\r\nSERVERS='123','456'\r\n", 2, "SERVERS"),
        ('export MAX_RUNNING = "3" four\n', 1, "MAX_RUNNING"),
        ("MAX_CREDITS_PER_DAY 50\n", 1, "MAX_CREDITS_PER_DAY"),
        ("MAX_CREDITS_PER_DAY\n", 1, "MAX_CREDITS_PER_DAY"),
        ('DEFAULT_AT_ONCE="1\nMAX_RUNNING="\n', 1, "DEFAULT_AT_ONCE"),
        ("MOTTO='make\nMAX_CREDITS_PER_DAY=50\nit'\n", 1, ""),
        ('MOTTO="make\nMAX_CREDITS_PER_DAY="50"\n', 1, ""),
    ],
)
def test_a_line_that_cannot_be_read_is_told_by_its_number(
    tmp_path: Path, text: str, line: int, name: str
) -> None:
    env_file = tmp_path / ".env"
    env_file.write_bytes(text.encode())

    [problem] = problems({}, env_file)

    assert problem.startswith(f"Line {line} of .env" + (f" ({name})" if name else " "))
    assert not re.search(r"\b(10|50|123|four)\b", problem)


def test_a_variable_set_twice_is_told_with_both_lines(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("MAX_CREDITS_PER_DAY=50\n\nLOG_LEVEL=INFO\nMAX_CREDITS_PER_DAY=5000\n")

    [problem] = problems({}, env_file)

    assert "MAX_CREDITS_PER_DAY" in problem
    assert "lines 1, 4" in problem


@pytest.mark.parametrize(
    "text",
    [
        b"\xef\xbb\xbfMAX_RUNNING=5\n",
        b"MAX_RUNNING = 5  # at once\r\nLOG_LEVEL='INFO'\r\n",
        b"export MAX_RUNNING=\"5\"\nSTORY='once\nupon'\nSTORY=twice\n",
        b"MAX_RUNNING=5\rLOG_LEVEL=INFO\r",
        b"MAX_RUNNING='5'",
    ],
)
def test_an_env_file_is_read_as_people_write_it(tmp_path: Path, text: bytes) -> None:
    env_file = tmp_path / ".env"
    env_file.write_bytes(text)

    assert load_config({}, env_file=env_file).max_running == 5


def test_an_env_file_that_is_none_is_told(tmp_path: Path) -> None:
    folder, link, wide = tmp_path / "folder", tmp_path / "link", tmp_path / "wide"
    folder.mkdir()
    link.symlink_to(tmp_path / "absent")
    wide.write_bytes("MAX_CREDITS_PER_DAY=50\n".encode("utf-16-le"))

    for path in (folder, link, wide):
        assert problems({}, path) == [".env must be a file the bot can read, in UTF-8."]


@pytest.mark.parametrize(
    "value", ['"9"', "'9'", '"9', "9'", "“9”", "9 # credits", "9\n9", "9\u200b"]
)
@pytest.mark.parametrize("name", ["MAX_CREDITS_PER_DAY", "DISCORD_TOKEN", "FILMS_DIR", "SERVERS"])
def test_a_value_that_kept_its_quotes_is_told_and_not_taken(name: str, value: str) -> None:
    [problem] = problems({name: value})

    assert problem.startswith(f"{name} has ")
    assert "9" not in problem


def test_a_secret_in_a_file_that_kept_its_quotes_is_told(tmp_path: Path) -> None:
    (tmp_path / "token").write_text('"from-a-file"\n')
    environ = {"DISCORD_TOKEN": "", "DISCORD_TOKEN_FILE": str(tmp_path / "token")}

    [problem] = problems(environ)

    assert problem.startswith("DISCORD_TOKEN has a quotation mark")


def test_a_name_with_an_unseen_letter_gets_a_hint(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("\u200bMAX_CREDITS_PER_DAY=50\n")

    [problem] = problems({}, env_file)

    assert "did you mean MAX_CREDITS_PER_DAY?" in problem


def test_proxies_of_the_environment_are_named_as_unused_without_their_values() -> None:
    [line] = notes({"https_proxy": "http://me:hush@proxy", "NO_PROXY": "x", "HTTP_PROXY": ""})

    assert line.startswith("NO_PROXY, https_proxy in the environment: not used")
    assert "hush" not in line
    assert notes({"PROXY_PORT": "1", "HTTP_PROXY": ""}) == []
