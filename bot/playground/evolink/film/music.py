"""The sound track: a few soft plucked notes over a quiet chord, different for each video."""

import hashlib
import math
from array import array
from collections.abc import Iterator
from typing import TypeAlias

from bot.playground.evolink.film.screenplay import Screenplay

SAMPLE_RATE = 24_000
BLOCK = 1024
BEAT = 0.375
LOUDNESS = 3800
PENTATONIC = (0, 2, 4, 7, 9, 12, 14, 16)
RING = 1.6
FADING = 4.0
"""The decay rate of a tone, in 1/s."""

Samples: TypeAlias = "array[int]"


def play(screenplay: Screenplay) -> Iterator[tuple[int, bytes]]:
    """Blocks of signed 16-bit mono samples, each with the number of its first sample."""
    seed = hashlib.sha256("".join(scene.text for scene in screenplay.scenes).encode()).digest()
    samples = _compose(seed, round(screenplay.seconds * SAMPLE_RATE))
    for start in range(0, len(samples), BLOCK):
        yield start, samples[start : start + BLOCK].tobytes()


def _compose(seed: bytes, length: int) -> Samples:
    root = 196.0 * 2 ** (seed[0] % 6 / 12)
    notes = [_pluck(root * 2 ** (step / 12)) for step in PENTATONIC]
    low = _pluck(root / 2)
    samples = array("h", bytes(2 * length))
    for beat in range(int(length / SAMPLE_RATE / BEAT) + 1):
        choice = seed[1 + beat % 16]
        if beat % 8 == 0:
            _add(samples, low, beat)
        if choice % 4:
            _add(samples, notes[choice % len(notes)], beat)
    return samples


def _add(samples: Samples, note: Samples, beat: int) -> None:
    start = int(beat * BEAT * SAMPLE_RATE)
    end = min(len(samples), start + len(note))
    samples[start:end] = array("h", map(int.__add__, samples[start:end], note))


def _pluck(frequency: float) -> Samples:
    """A decaying tone, from the recurrence of a damped oscillator."""
    turn, fade = 2 * math.pi * frequency / SAMPLE_RATE, math.exp(-FADING / SAMPLE_RATE)
    pull, drag = 2 * fade * math.cos(turn), fade * fade
    before, now = 0.0, LOUDNESS * math.sin(turn)
    samples = array("h")
    for _ in range(int(RING * SAMPLE_RATE)):
        samples.append(int(now))
        before, now = now, pull * now - drag * before
    return samples
