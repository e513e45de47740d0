"""The rendering process: reads a screenplay on standard input, writes the MP4 to a given path."""

import heapq
import os
import sys
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeAlias

import av
from av import AudioStream, Packet, VideoStream

from bot.playground.evolink.film import music
from bot.playground.evolink.film.painter import FRAME_RATE, paint
from bot.playground.evolink.film.screenplay import UNFINISHED, Screenplay

H264 = {"preset": "ultrafast", "crf": "23"}

Timed: TypeAlias = "tuple[float, Sequence[Packet[Any]]]"


def render(screenplay: Screenplay, path: Path) -> None:
    """Write H.264, and AAC if there is sound, index first; the file is complete or missing."""
    unfinished = path.with_suffix(UNFINISHED)
    with av.open(unfinished, "w", format="mp4", options={"movflags": "+faststart"}) as film:
        pictures = film.add_stream("libx264", rate=FRAME_RATE, options=H264)
        pictures.width, pictures.height = screenplay.width, screenplay.height
        pictures.pix_fmt = "yuv420p"
        pictures.thread_count = 1
        tracks = [_pictures(pictures, screenplay)]
        if screenplay.sound:
            sounds = film.add_stream("aac", rate=music.SAMPLE_RATE, layout="mono")
            tracks.append(_sounds(sounds, screenplay))
        # Picture and sound alternate, so that the video plays while it loads.
        for _, packets in heapq.merge(*tracks, key=lambda timed: timed[0]):
            film.mux(packets)
    os.replace(unfinished, path)


def _pictures(stream: VideoStream, screenplay: Screenplay) -> Iterator[Timed]:
    for number, picture in enumerate(paint(screenplay)):
        # Pillow stores four bytes per pixel; passing those on is far quicker than `from_image`.
        pixels = picture.tobytes("raw", "RGBX")
        frame = av.VideoFrame.from_bytes(pixels, picture.width, picture.height, format="rgba")
        frame.pts, frame.time_base = number, Fraction(1, FRAME_RATE)
        yield number / FRAME_RATE, stream.encode(frame)
    yield screenplay.seconds, stream.encode(None)


def _sounds(stream: AudioStream, screenplay: Screenplay) -> Iterator[Timed]:
    for start, samples in music.play(screenplay):
        block = av.AudioFrame(format="s16", layout="mono", samples=len(samples) // 2)
        block.planes[0].update(samples)
        block.sample_rate, block.pts = music.SAMPLE_RATE, start
        block.time_base = Fraction(1, music.SAMPLE_RATE)
        yield start / music.SAMPLE_RATE, stream.encode(block)
    yield screenplay.seconds, stream.encode(None)


if __name__ == "__main__":
    render(Screenplay.from_json(sys.stdin.read()), Path(sys.argv[1]))
