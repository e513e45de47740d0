"""Where settings come from: the environment, `.env` and secret files, and the mistakes in them."""

import re
from pathlib import Path

import pytest

from bot.config import Config, load_config, near_misses, notes
from tests.configs import SECRETS, problems


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
        ("MAX_RUNING", "MAX_RUNNING"),
        ("MAX_CREDIT_PER_DAY", "MAX_CREDITS_PER_DAY"),
        ("MAX_CREDITS_A_DAY", "MAX_CREDITS_PER_DAY"),
        ("DEFAULT_ATONCE", "DEFAULT_AT_ONCE"),
        ("max_running", "MAX_RUNNING"),
        ("EVOLINK_APIKEY_FILE", "EVOLINK_API_KEY_FILE"),
    ],
)
def test_a_misspelt_variable_that_only_this_bot_has_stops_the_start_wherever_it_is(
    tmp_path: Path, typed: str, meant: str
) -> None:
    (tmp_path / ".env").write_text(f"{typed}=50 secrets\n")

    [in_file] = problems({}, tmp_path / ".env")
    [in_environment] = problems({typed: "50 secrets"})

    for line in (in_file, in_environment):
        assert line.startswith(f"{typed} in ")
        assert f"is not a variable of this bot: did you mean {meant}?" in line
        assert "50 secrets" not in line
    assert near_misses({typed: "50 secrets"}) == [], "told once"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("SERVER", "SERVERS"), ("LOG_LEVELS", "LOG_LEVEL"), ("METRIC_PORT", "METRICS_PORT")],
)
def test_a_misspelt_variable_that_another_program_may_have_is_only_a_warning(
    typed: str, meant: str
) -> None:
    environ = SECRETS | {typed: "50 secrets"}
    [line] = near_misses(environ)

    assert load_config(environ, env_file=None) == load_config(SECRETS, env_file=None)
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

    names = [*others.split(), *ours, "ENV_FILE"]
    assert near_misses(names) == []
    load_config(dict.fromkeys(others.split(), "x"), env_file=None)


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
