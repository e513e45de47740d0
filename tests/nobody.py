"""Runs a test as a user without rights; root becomes that user for a while."""

import encodings.idna  # noqa: F401 - read before we may not: names of hosts need it
import os
from collections.abc import Iterator
from contextlib import contextmanager

NOBODY = 65534


@contextmanager
def back_where_we_were() -> Iterator[None]:
    """Restore user and working folder afterwards, whatever happened."""
    user, folder = os.geteuid(), os.open(".", os.O_RDONLY)
    try:
        yield
    finally:
        if os.geteuid() != user:
            os.seteuid(user)
        os.fchdir(folder)  # by its descriptor: its path may be closed to others, or gone
        os.close(folder)


@contextmanager
def as_nobody() -> Iterator[None]:
    """Run without rights; any user but root has none anyway."""
    with back_where_we_were():
        if os.geteuid() == 0:
            os.seteuid(NOBODY)
        yield
