"""Kept videos have their own addresses and stay within the folder's limit."""

import os
from pathlib import Path
from typing import Any

import pytest

from bot.api.films import FilmFetcher
from bot.errors import StartupError
from tests.api.conftest import MP4, TASK, Make, left_behind, serves


async def test_a_kept_film_gets_an_address_nobody_can_guess(
    films: FilmFetcher, server: Any, tmp_path: Path
) -> None:
    server.does(serves())
    film = await films.fetch(f"{server.url}/1.mp4", task_id=TASK)
    address = await films.keep(film, task_id=TASK)
    assert address is not None
    start, _, name = address.rpartition("/")
    assert start == "https://bot.example.org/films"
    assert (tmp_path / "films" / name).read_bytes() == MP4
    assert len(name) >= 40
    assert TASK not in name
    assert left_behind(tmp_path) == [name]


async def test_without_a_public_address_nothing_is_kept(make: Make, server: Any) -> None:
    server.does(serves())
    async with make(public_url=None) as films:
        film = await films.fetch(f"{server.url}/1.mp4", task_id=TASK)
        assert await films.keep(film, task_id=TASK) is None
        assert film.path.exists()


async def test_the_oldest_kept_films_make_room(make: Make, server: Any, tmp_path: Path) -> None:
    server.does(serves())
    names = iter(["a", "b", "c"])
    limit = len(MP4) * 2
    async with make(folder_limit=limit, new_token=lambda: next(names)) as films:
        for age in (300, 200, 100):
            film = await films.fetch(f"{server.url}/1.mp4", task_id=TASK)
            os.utime(film.path, (1_700_000_000 - age,) * 2)
            await films.keep(film, task_id=TASK)
    assert sorted(left_behind(tmp_path)) == ["b.mp4", "c.mp4"]


async def test_a_kept_film_is_there_until_it_makes_room(make: Make, server: Any) -> None:
    server.does(serves())
    async with make(folder_limit=len(MP4)) as films:
        first, second = [
            await films.keep(await films.fetch(f"{server.url}/1.mp4", task_id=TASK), task_id=TASK)
            for _ in range(2)
        ]
        assert first is not None
        assert second is not None
        assert not await films.has(first)
        assert await films.has(second)
        assert not await films.has("https://bot.example.org/films/../films")


async def test_a_film_larger_than_the_folder_pushes_nothing_out(
    make: Make, server: Any, tmp_path: Path
) -> None:
    server.does(serves())
    async with make(folder_limit=len(MP4) - 1) as films:
        (tmp_path / "films" / "kept.mp4").write_bytes(b"small")
        film = await films.fetch(f"{server.url}/1.mp4", task_id=TASK)
        assert await films.keep(film, task_id=TASK) is None
    assert (tmp_path / "films" / "kept.mp4").exists()


async def test_a_start_clears_what_a_crash_left_but_not_what_is_being_fetched(
    make: Make, clock: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "films"
    folder.mkdir()
    for name, age in (("old.part", 90_000), ("new.part", 60), ("kept.mp4", 90_000)):
        (folder / name).write_bytes(MP4)
        os.utime(folder / name, (clock.now().timestamp() - age,) * 2)
    async with make():
        assert sorted(left_behind(tmp_path)) == ["kept.mp4", "new.part"]


async def test_a_folder_that_cannot_be_written_to_stops_the_start(
    make: Make, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StartupError, match="FILMS_DIR"):
        async with make(folder=tmp_path / "file"):
            pass
