"""A film is uploaded where its target takes it; elsewhere it is linked, whole and in time."""

import pytest

from bot.api.films import FilmFetcher
from bot.playground.evolink import LinkFault, ready_made_film
from bot.playground.guild import Request
from tests.story.stage import Stage

MIB = 1024 * 1024
SAVE_IT = "Save it before <t:"


def grown(stage: Stage, size: int) -> None:
    """Let the video API make films of so many bytes: an MP4 with room left free at its end."""
    start = ready_made_film()
    rest = size - len(start)
    with (stage.folder / "films" / "ready-made.mp4").open("wb") as file:
        file.write(start + rest.to_bytes(4, "big") + b"free")
        file.truncate(size)


def uploads(stage: Stage) -> list[int]:
    """The sizes of what was sent to Discord, refused or not."""
    return [upload.size for request in stage.discord.requests for upload in request.uploads]


@pytest.mark.parametrize(
    ("tier", "size"), [(0, 10 * MIB), (1, 10 * MIB), (2, 50 * MIB), (3, 100 * MIB)]
)
async def test_a_film_as_large_as_the_server_takes_is_uploaded(
    stage: Stage, tier: int, size: int
) -> None:
    stage.discord.world.change_guild("Film club", tier=tier)
    grown(stage, size)
    async with stage.bot():
        sent = await stage.video()
        film = await stage.film()
        await stage.reads(sent, "see the video")

    assert [attachment.size for attachment in film.attachments] == [size]


@pytest.mark.parametrize(("tier", "size"), [(1, 10 * MIB + 1), (2, 50 * MIB + 1)])
async def test_a_larger_one_is_linked_without_an_upload_in_vain(
    stage: Stage, tier: int, size: int
) -> None:
    stage.discord.world.change_guild("Film club", tier=tier)
    grown(stage, size)
    async with stage.bot():
        sent = await stage.video()
        film = await stage.film()
        await stage.reads(sent, "see the video")

    assert film.attachments == ()
    assert SAVE_IT in film.text
    assert uploads(stage) == []
    assert stage.pings("maya") == 1


async def test_a_direct_message_takes_less_than_the_server_it_comes_from(stage: Stage) -> None:
    films = stage.discord.world.channel("films").id
    stage.discord.world.change_guild("Film club", tier=3)
    grown(stage, 11 * MIB)

    def in_films(request: Request) -> bool:
        return bool(request.uploads) and request.params["channel_id"] == str(films)

    stage.discord.faults.add(in_films, times=None, status=403, code=50013)
    async with stage.bot():
        sent = await stage.video()
        await stage.reads(sent, "has it in a direct message")
        (film,) = stage.films(stage.discord.world.channel("@maya").id)

    assert film.attachments == ()
    assert SAVE_IT in film.text
    assert uploads(stage) == [11 * MIB]


async def test_a_film_that_never_ends_is_linked_and_takes_no_more_room_than_one(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(FilmFetcher.__init__.__kwdefaults__, "size_limit", MIB)
    stage.api.faults.next_link(LinkFault.ENDLESS, times=None)
    async with stage.bot():
        sent = await stage.video()
        film = await stage.film()
        await stage.reads(sent, "see the video")
        left = [*stage.folder.glob("big-films/**/*.mp4")]

    assert film.attachments == ()
    assert f"{stage.api.url}/files/" in film.text
    assert left == []
