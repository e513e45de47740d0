"""Rendered videos, read back: size, length, streams, cuts, captions."""

from itertools import pairwise
from pathlib import Path

import av
import pytest
from PIL import Image, ImageChops, ImageStat

from bot.playground.evolink import ready_made_film
from bot.playground.evolink.film.painter import FRAME_RATE, paint
from bot.playground.evolink.film.screenplay import Scene, Screenplay, cut
from bot.playground.evolink.film.studio import RenderError, Studio


def small(*texts: str, seconds: float = 1, **fields: bool) -> Screenplay:
    scenes = tuple(Scene(text=text, seconds=seconds) for text in texts)
    return Screenplay(width=320, height=180, scenes=scenes, **fields)


def difference(one: Image.Image, other: Image.Image) -> float:
    return sum(ImageStat.Stat(ImageChops.difference(one, other)).mean) / 3


def decoded(path: Path) -> list[Image.Image]:
    with av.open(str(path)) as film:
        return [frame.to_image() for frame in film.decode(video=0)]


def cuts(frames: list[Image.Image]) -> list[int]:
    return [place for place, pair in enumerate(pairwise(frames), 1) if difference(*pair) > 12]


async def test_the_api_renders_what_was_asked_for(start):
    api, client = await start(film=None)
    task_id = await client.accepted(duration=3, aspect_ratio="9:16", sound="on")
    await client.ended(task_id)
    with av.open(str(api.tasks[task_id].film)) as film:
        picture, sound = film.streams.video[0], film.streams.audio[0]
        assert (picture.width, picture.height, picture.codec_context.name) == (720, 1280, "h264")
        assert picture.codec_context.pix_fmt == "yuv420p"
        assert picture.frames == 3 * FRAME_RATE
        assert sound.codec_context.name == "aac"
        assert film.duration / av.time_base == pytest.approx(3, abs=2 / FRAME_RATE)
        assert max(abs(level) for level in _loudness(film)) > 0.02


def _loudness(film):
    for frame in film.decode(audio=0):
        yield max(memoryview(frame.planes[0]).cast("f"))


async def test_full_hd_is_encoded_in_full_hd(tmp_path):
    scenes = (Scene(text="a fox", seconds=0.25),)
    screenplay = Screenplay(width=1920, height=1080, scenes=scenes)
    frames = decoded(await Studio(tmp_path).make("film", screenplay))
    assert {frame.size for frame in frames} == {(1920, 1080)}


async def test_a_film_can_start_before_it_is_loaded_and_is_silent_by_default(tmp_path):
    path = await Studio(tmp_path).make("film", small("a fox"))
    content = path.read_bytes()
    assert 0 < content.index(b"moov") < content.index(b"mdat")
    with av.open(str(path)) as film:
        assert [stream.type for stream in film.streams] == ["video"]


async def test_each_shot_has_its_own_look_for_its_own_seconds(tmp_path):
    scenes = (
        Scene(text="a fox wakes", seconds=1),
        Scene(text="it runs", seconds=2),
        Scene(text="night", seconds=1),
    )
    screenplay = Screenplay(width=320, height=180, scenes=scenes)
    frames = decoded(await Studio(tmp_path).make("film", screenplay))
    assert len(frames) == 4 * FRAME_RATE
    assert cuts(frames) == [FRAME_RATE, 3 * FRAME_RATE]


def test_neighbouring_shots_never_have_the_same_colours():
    starts = range(0, 12 * FRAME_RATE, FRAME_RATE)
    shots = [frame for place, frame in enumerate(paint(small(*[" "] * 12))) if place in starts]
    assert all(difference(*pair) > 12 for pair in pairwise(shots))


@pytest.mark.parametrize(("seconds", "count"), [(3, 2), (5, 2), (8, 3), (15, 4)])
def test_the_model_cuts_a_prompt_into_two_to_four_scenes(seconds, count):
    scenes = cut("a fox", seconds)
    assert len(scenes) == count
    assert sum(scene.seconds for scene in scenes) == pytest.approx(seconds)


def test_a_film_moves():
    frames = list(paint(small("a fox")))
    assert difference(frames[0], frames[-1]) > 0.5


def test_the_prompt_is_written_on_the_film():
    wordless = next(paint(small(" ")))
    longer = next(paint(small("W" * 40)))
    assert _light_pixels(longer) > _light_pixels(wordless) + 100


def _light_pixels(frame: Image.Image) -> int:
    foot = frame.convert("L").crop((0, 2 * frame.height // 3, frame.width, frame.height))
    return sum(foot.histogram()[235:])


@pytest.mark.parametrize(
    "text", ["", "x" * 2500, "日本の猫 🦊\n\tcafé", "\x00\u202e", "word " * 500]
)
def test_any_text_can_be_filmed(text):
    assert len(list(paint(small(text)))) == FRAME_RATE


def test_the_watermark_is_in_its_corner_only_where_asked_for():
    plain, marked = (next(paint(small("a fox", watermark=asked))) for asked in (False, True))
    box = ImageChops.difference(plain, marked).getbbox()
    assert box is not None
    assert (box[0] > 160, box[3] < 60) == (True, True)


async def test_a_film_that_cannot_be_written_is_an_error_not_a_film(tmp_path):
    with pytest.raises(RenderError):
        await Studio(tmp_path / "missing").make("film", small("a fox"))


def test_the_ready_made_film_is_a_small_valid_film(tmp_path):
    path = tmp_path / "film.mp4"
    path.write_bytes(ready_made_film())
    assert len(decoded(path)) == 3 * FRAME_RATE
    assert path.stat().st_size < 200_000
