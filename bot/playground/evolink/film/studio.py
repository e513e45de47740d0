"""Runs one rendering process per video, one at a time, which keeps the event loop free."""

import asyncio
import functools
import subprocess
import sys
import tempfile
from pathlib import Path

from bot.playground.evolink.film.screenplay import UNFINISHED, Scene, Screenplay

ROOT = Path(__file__).parents[4]
COMMAND = (sys.executable, "-m", "bot.playground.evolink.film")
START = 0.5
"""Seconds until the rendering process draws its first frame, generously."""


class RenderError(Exception):
    """The rendering process ended without a video."""


class Studio:
    """Makes videos in `folder`; with `film` (an MP4's bytes), every task gets that file."""

    def __init__(self, folder: Path, *, film: bytes | None = None) -> None:
        self._folder = folder.absolute()
        self._film = film
        self._turn = asyncio.Semaphore(1)
        self._ahead = 0.0

    def estimate(self, screenplay: Screenplay) -> float:
        """Seconds until a video ordered now is done, including those ahead of it."""
        return 0.0 if self._film is not None else self._ahead + _rendering(screenplay)

    async def make(self, name: str, screenplay: Screenplay) -> Path:
        """Render to `name`.mp4. Raises `RenderError`."""
        if self._film is not None:
            return self._ready_made(self._film)
        cost = _rendering(screenplay)
        self._ahead += cost
        try:
            async with self._turn:
                return await _render(screenplay, self._folder / f"{name}.mp4")
        finally:
            self._ahead -= cost

    def _ready_made(self, film: bytes) -> Path:
        path = self._folder / "ready-made.mp4"
        if not path.exists():
            path.write_bytes(film)
        return path


@functools.cache
def ready_made_film() -> bytes:
    """A small valid MP4 of 3 s, rendered once per process; the first call blocks for a second."""
    scenes = (Scene(text="A video for everyone", seconds=3),)
    screenplay = Screenplay(width=320, height=180, scenes=scenes)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "film.mp4")
        subprocess.run(
            [*COMMAND, str(path)], input=screenplay.to_json().encode(), cwd=ROOT, check=True
        )
        return path.read_bytes()


async def _render(screenplay: Screenplay, path: Path) -> Path:
    # A session of its own: Ctrl-C in the terminal reaches the parent, which then ends the child.
    child = await asyncio.create_subprocess_exec(
        *COMMAND,
        str(path),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        _, complaint = await child.communicate(screenplay.to_json().encode())
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
        path.with_suffix(UNFINISHED).unlink(missing_ok=True)
    if child.returncode != 0:
        raise RenderError(complaint.decode(errors="replace").strip())
    return path


def _rendering(screenplay: Screenplay) -> float:
    """Seconds on one ordinary core; painting costs the same in all sizes, encoding does not."""
    megapixels = screenplay.width * screenplay.height / 1e6
    return START + screenplay.seconds * (0.3 + 0.3 * megapixels)
