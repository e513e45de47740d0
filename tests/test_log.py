"""What an operator reads in the log, and what nobody can read there."""

import io
import json
import logging
import warnings
from collections.abc import Callable

import pytest
from aiohttp import ServerDisconnectedError
from discord import GatewayNotFound
from sqlalchemy import create_engine, literal, select

from bot.log import logging_to

SECRETS = ("discord-token-1234", "sk-evolink-5678", "postgresql://bot:p%40ss-word@db/bot")


def written(style: str, write: Callable[[logging.Logger], object], level: str = "INFO") -> str:
    stream = io.StringIO()
    with logging_to(stream, level=level, style=style, secrets=SECRETS):  # type: ignore[arg-type]
        write(logging.getLogger("bot.test"))
    return stream.getvalue()


def test_people_read_one_line_with_its_fields_at_the_end() -> None:
    fields = {"task": "abc", "server": 17, "action": "submit"}

    line = written("text", lambda log: log.info("Sent %s.", "it", extra=fields))

    at, rest = line.split("Z ", 1)
    assert len(at) == len("2026-11-23 10:00:00")
    assert rest == "INFO bot.test: Sent it. task=abc server=17 action=submit\n"


def test_machines_read_one_object_a_line_with_the_same_fields() -> None:
    line = written("json", lambda log: log.warning("Señor %s", 'a "b"', extra={"task": "abc"}))

    entry = json.loads(line)
    assert entry.pop("at").endswith("+00:00")
    assert entry == {
        "level": "WARNING",
        "logger": "bot.test",
        "message": 'Señor a "b"',
        "task": "abc",
    }


@pytest.mark.parametrize("style", ["text", "json"])
@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("token discord-token-1234", "1234"),
        ("key=sk-evolink-5678", "5678"),
        ("password p%40ss-word", "p%40ss-word"),
        ("password p@ss-word", "p@ss-word"),
        ("to postgresql://me:hunter22@host/x", "hunter22"),
        (
            "POST https://discord.com/api/v10/webhooks/12345/aW50ZXJhY3Rpb24/messages/@original",
            "aW50",
        ),
        ("POST /api/v10/interactions/12345/aW50ZXJhY3Rpb24/callback", "aW50"),
        ("POST /callbacks/unguessable HTTP/1.1", "unguessable"),
        ("https://bot.example.org/callbacks/unguessable?x=1", "unguessable"),
        ("GET /films/unguessable.mp4", "unguessable"),
        ("Authorization: Bearer abcdefgh.ijkl", "abcdefgh"),
        ("'Authorization': 'Bot MTIzNDU2Nzg5MDEy.abc.def'", "MTIz"),
        ("{'type': 2, 'token': 'aW50ZXJhY3Rpb24'}", "aW50"),
        ('{"token":"aW50ZXJhY3Rpb24"}', "aW50"),
    ],
)
def test_no_secret_is_readable_wherever_it_stands(style: str, text: str, secret: str) -> None:
    def everywhere(log: logging.Logger) -> None:
        log.info(text)
        log.info("%s", text)
        log.info("x", extra={"action": text})
        try:
            raise RuntimeError(text)
        except RuntimeError:
            log.exception("It failed", stack_info=True)

    log = written(style, everywhere)

    assert secret not in log
    assert log.count("[hidden]") >= 4


def test_a_redacted_line_still_says_what_happened() -> None:
    line = written("text", lambda log: log.info("PATCH /webhooks/12/secret/messages/@original"))

    assert line.endswith("PATCH /webhooks/12/[hidden]/messages/@original\n")


def test_ordinary_words_are_left_alone() -> None:
    text = "Bot started. Token refused: 401. Bearer of news, see https://example.com:8080/films."

    assert text in written("text", lambda log: log.info(text))


def test_a_line_break_in_a_message_cannot_forge_an_entry() -> None:
    forged = "hello\n2026-11-23 10:00:00Z INFO bot: All is well"

    assert written("text", lambda log: log.info("%s", forged)).count("\n") == 1


def test_a_traceback_follows_its_line_and_stays_in_its_object() -> None:
    def fail(log: logging.Logger) -> None:
        try:
            raise LookupError("nothing there")
        except LookupError:
            log.exception("It failed.")

    assert written("text", fail).splitlines()[-1] == "LookupError: nothing there"
    assert "LookupError: nothing there" in json.loads(written("json", fail))["trace"]


RECONNECTS = [
    ("discord.shard", "Attempting a reconnect for shard ID %s in %.2fs", (0, 1.5)),
    ("discord.shard", "Failed to connect for shard_id: %s. Retrying...", (0,)),
    ("discord.client", "Attempting a reconnect in %.2fs", (1.5,)),
    ("discord.gateway", "An error occurred while stopping the gateway. Ignoring.", ()),
]


@pytest.mark.parametrize(("name", "message", "values"), RECONNECTS)
@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (ConnectionRefusedError(111, "refused"), "ConnectionRefusedError: [Errno 111] refused"),
        (ServerDisconnectedError(), "ServerDisconnectedError: Server disconnected"),
        (GatewayNotFound(), "GatewayNotFound: The gateway to connect to discord was not found."),
        (TimeoutError(), "TimeoutError"),
    ],
)
def test_a_connection_that_is_made_anew_is_one_line_with_its_cause(
    name: str, message: str, values: tuple[object, ...], error: Exception, cause: str
) -> None:
    library = logging.getLogger(name)

    log = written("text", lambda _: library.error(message, *values, exc_info=error))

    assert log.endswith(f" WARNING {name}: {message % values} ({cause})\n")
    assert log.count("\n") == 1


def test_many_shards_that_connect_anew_are_a_line_a_minute() -> None:
    library, gone = logging.getLogger("discord.shard"), OSError("gone")

    def retry(_: logging.Logger) -> None:
        for shard in range(16):
            library.error("Attempting a reconnect for shard ID %d", shard, exc_info=gone)

    assert written("text", retry).count("Attempting") == 1


def test_a_cause_of_many_words_is_cut() -> None:
    library, page = logging.getLogger("discord.shard"), OSError("<html>\n" + "x" * 5000)

    log = written("text", lambda _: library.error("Attempting a reconnect", exc_info=page))

    assert log.count("\n") == 1
    assert len(log) < 400


@pytest.mark.parametrize(
    ("name", "message", "error"),
    [
        ("discord.shard", "Attempting a reconnect for shard ID 0", LookupError("a fault")),
        ("discord.client", "Ignoring exception in on_ready", OSError("a fault")),
        ("bot.client", "Attempting a reconnect", OSError("a fault")),
    ],
)
def test_a_fault_of_the_program_keeps_its_traceback(
    name: str, message: str, error: Exception
) -> None:
    log = written("text", lambda _: logging.getLogger(name).error(message, exc_info=error))

    assert f" ERROR {name}: {message}\n" in log
    assert log.endswith("Error: a fault\n")


def test_libraries_say_only_what_went_wrong() -> None:
    def chatter(_: logging.Logger) -> None:
        for name in ("discord.gateway", "aiohttp.access", "alembic.runtime.migration"):
            logging.getLogger(name).info("Not for operators")
            logging.getLogger(name).debug("Whole payloads")
            logging.getLogger(name).warning("Trouble")

    assert written("text", chatter).count("\n") == 3
    assert "payloads" not in written("text", chatter, level="DEBUG")


@pytest.mark.parametrize("level", ["DEBUG", "INFO"])
@pytest.mark.parametrize("sql", [False, True])
def test_the_databases_statements_are_logged_only_if_asked_for(level: str, sql: bool) -> None:
    stream = io.StringIO()
    with logging_to(stream, level=level, sql=sql):
        engine = create_engine("sqlite://", hide_parameters=True)
        with engine.connect() as connection:
            connection.execute(select(literal("a prompt")))
        engine.dispose()

    assert ("SELECT" in stream.getvalue()) is sql
    assert "a prompt" not in stream.getvalue()


def test_amounts_are_numbers_for_machines_and_ids_are_texts() -> None:
    fields = {"user": 2**62, "credits": 27.5, "seconds": 5, "state": "queued"}
    entry = json.loads(written("json", lambda log: log.info("x", extra=fields)))
    assert fields | {"user": str(2**62)} == {name: entry[name] for name in fields}


def test_a_warning_of_python_is_logged() -> None:
    def warn(_: logging.Logger) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.warn("old thing", stacklevel=1)

    assert "old thing" in written("text", warn)


def test_everything_is_as_before_when_the_block_ends() -> None:
    root, library = logging.getLogger(), logging.getLogger("discord")
    before = root.handlers[:], root.level, library.level, warnings.showwarning

    written("text", lambda log: log.info("Hello"), level="DEBUG")

    assert (root.handlers, root.level, library.level, warnings.showwarning) == before
