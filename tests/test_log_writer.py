"""The log and its readers: slow, stuck, and gone ones."""

import io
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from threading import Thread

import pytest

from bot import log_writer
from bot.log import logging_to

LINE = "a line that nobody reads " * 40
SILENT = f"""
import logging, sys
from bot import log_writer
from bot.log import logging_to
log_writer.FLUSH_SECONDS = 0.1
with logging_to():
    for number in range(10_000):
        logging.getLogger("bot").info("%d {LINE}", number)
    print("still here", flush=True)
"""


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


def read_until(end: int, wanted: str) -> str:
    found = b""
    while wanted.encode() not in found:
        found += os.read(end, 1 << 16)
    return found.decode()


def test_a_reader_who_hangs_stops_nobody_and_reads_later_how_much_is_missing(
    pipe: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_writer, "FLUSH_SECONDS", 0.1)
    with os.fdopen(os.dup(pipe[1]), "w") as stream, logging_to(stream):
        for number in range(10_000):
            logging.getLogger("bot").info("%d %s", number, LINE)

    text = read_until(pipe[0], "in time")

    numbers = [int(each) for each in re.findall(r"INFO bot: (\d+) ", text)]
    left_out = re.search(r"WARNING bot.log: (\d+) entries", text)
    assert left_out is not None
    assert numbers == list(range(len(numbers)))
    assert len(numbers) + int(left_out[1]) == 10_000


def test_a_program_whose_log_nobody_reads_goes_on_and_ends(pipe: tuple[int, int]) -> None:
    program = subprocess.run(
        [sys.executable, "-c", SILENT], stdout=subprocess.PIPE, stderr=pipe[1], timeout=30
    )

    assert program.stdout == b"still here\n"
    assert program.returncode == 0


def test_whoever_reads_slowly_reads_everything(pipe: tuple[int, int]) -> None:
    found: list[str] = []
    reader = Thread(target=lambda: found.append(read_until(pipe[0], "the end")))
    with os.fdopen(os.dup(pipe[1]), "w") as stream, logging_to(stream):
        for number in range(1000):
            logging.getLogger("bot").info("%d %s", number, LINE)
        logging.getLogger("bot").info("the end")
        reader.start()
    reader.join()

    assert found[0].count(LINE) == 1000


def test_an_entry_that_cannot_be_written_is_told_by_its_place_alone() -> None:
    stream = io.StringIO()
    with logging_to(stream):
        logging.getLogger("bot").info("%d is hush", "hush")

    assert "(TypeError)" in stream.getvalue()
    assert "test_log_writer.py" in stream.getvalue()
    assert "hush" not in stream.getvalue()


def test_a_reader_who_is_gone_is_no_fault() -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w") as stream, logging_to(stream):
        for _ in range(3):
            logging.getLogger("bot").info(LINE)


def test_a_pipe_that_does_not_want_to_wait_gets_everything(pipe: tuple[int, int]) -> None:
    os.set_blocking(pipe[1], False)
    test_whoever_reads_slowly_reads_everything(pipe)
