"""Videos are uploaded if the target allows their size; else they are linked, whole and in time."""

import pytest

from bot.api.films import FilmFetcher
from bot.playground.evolink import LinkFault, ready_made_film
from bot.playground.guild import Request
from tests.story.harness import Harness

MIB = 1024 * 1024
SAVE_IT = "Save the original file before"


def grown(harness: Harness, size: int) -> None:
    """Let the video API make files of this many bytes: an MP4 with free space at its end."""
    start = ready_made_film()
    rest = size - len(start)
    with (harness.folder / "films" / "ready-made.mp4").open("wb") as file:
        file.write(start + rest.to_bytes(4, "big") + b"free")
        file.truncate(size)


def marked(harness: Harness) -> bytes:
    """Let the video API make files with content credentials (a C2PA box) and metadata (XMP)."""
    c2pa, xmp = "d8fec3d61b0e483c92975828877ec481", "be7acfcb97a942e89c71999491e3afac"
    boxes = [
        (24 + len(said)).to_bytes(4, "big") + b"uuid" + bytes.fromhex(kind) + said
        for kind, said in ((c2pa, b"\0\0\0\0manifest\0"), (xmp, b"trainedAlgorithmicMedia"))
    ]
    film = ready_made_film() + b"".join(boxes)
    (harness.folder / "films" / "ready-made.mp4").write_bytes(film)
    return film


async def test_a_film_is_passed_on_byte_for_byte_with_its_own_marks(harness: Harness) -> None:
    made = marked(harness)
    async with harness.bot():
        await harness.video()
        film = await harness.film()

    (uploaded,) = film.attachments
    assert uploaded.path.read_bytes() == made
    assert b"trainedAlgorithmicMedia" in made
    assert "Made with AI" in film.text


def uploads(harness: Harness) -> list[int]:
    """The sizes of all uploads to Discord, refused or not."""
    return [upload.size for request in harness.discord.requests for upload in request.uploads]


@pytest.mark.parametrize(
    ("tier", "size"), [(0, 10 * MIB), (1, 10 * MIB), (2, 50 * MIB), (3, 100 * MIB)]
)
async def test_a_film_as_large_as_the_server_takes_is_uploaded(
    harness: Harness, tier: int, size: int
) -> None:
    harness.discord.world.change_guild("Film club", tier=tier)
    grown(harness, size)
    async with harness.bot():
        sent = await harness.video()
        film = await harness.film()
        await harness.reads(sent, "see the video")

    assert [attachment.size for attachment in film.attachments] == [size]


@pytest.mark.parametrize(("tier", "size"), [(1, 10 * MIB + 1), (2, 50 * MIB + 1)])
async def test_a_larger_one_is_linked_without_an_upload_in_vain(
    harness: Harness, tier: int, size: int
) -> None:
    harness.discord.world.change_guild("Film club", tier=tier)
    grown(harness, size)
    async with harness.bot():
        sent = await harness.video()
        film = await harness.film()
        await harness.reads(sent, "see the video")

    assert film.attachments == ()
    assert SAVE_IT in film.text
    assert uploads(harness) == []
    assert harness.pings("maya") == 1


async def test_a_direct_message_takes_less_than_the_server_it_comes_from(harness: Harness) -> None:
    films = harness.discord.world.channel("films").id
    harness.discord.world.change_guild("Film club", tier=3)
    grown(harness, 11 * MIB)

    def in_films(request: Request) -> bool:
        return bool(request.uploads) and request.params["channel_id"] == str(films)

    harness.discord.faults.add(in_films, times=None, status=403, code=50013)
    async with harness.bot():
        sent = await harness.video()
        await harness.reads(sent, "has it in a direct message")
        (film,) = harness.films(harness.discord.world.channel("@maya").id)

    assert film.attachments == ()
    assert SAVE_IT in film.text
    assert uploads(harness) == [11 * MIB]


async def test_a_film_that_never_ends_is_linked_and_takes_no_more_room_than_one(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(FilmFetcher.__init__.__kwdefaults__, "size_limit", MIB)
    harness.api.faults.next_link(LinkFault.ENDLESS, times=None)
    async with harness.bot():
        sent = await harness.video()
        film = await harness.film()
        await harness.reads(sent, "see the video")
        left = [*harness.folder.glob("big-films/**/*.mp4")]

    assert film.attachments == ()
    assert f"{harness.api.url}/files/" in str(film.buttons["Original file"]["url"])
    assert left == []
