"""The first readers of strangers' bytes, each with the only exception it may raise."""

from collections.abc import Callable, Mapping
from contextlib import suppress

from bot.api.callbacks import CallbackTokens, candidate
from bot.api.wire import read_balance, read_submission, read_task
from bot.errors import ApiError, Refusal
from bot.ui.drafts import read_draft
from bot.ui.items import CUSTOM_ID_LIMIT, CustomId
from bot.video.values.catalogue import DEFAULT_MODEL, MODELS
from bot.video.values.shot_lines import parse_shots
from bot.video.values.specs import check_shots
from bot.video.values.videos import VideoUpdate
from tests.fuzz.inputs import Inputs

TOKENS = CallbackTokens(b"a secret of thirty-two bytes, or so")


def submission(inputs: Inputs) -> None:
    with suppress(ApiError):
        _check(read_submission(inputs.answer()))


def task(inputs: Inputs) -> None:
    with suppress(ApiError):
        _check(read_task(inputs.answer(), remote_id="task-unified-1"))


def balance(inputs: Inputs) -> None:
    with suppress(ApiError):
        left = read_balance(inputs.answer()).credits
        assert left - left == 0, "neither endless nor undefined"


def callback(inputs: Inputs) -> None:
    assert TOKENS.task_id(inputs.token()) is None, "a made-up token opens nothing"
    found = candidate(inputs.body())
    assert found is None or (0 < len(found) <= 128 and found.isascii())


def custom_id(inputs: Inputs) -> None:
    text = inputs.custom_id()
    pressed = CustomId.parse(text)
    assert pressed is None or (str(pressed) == text and len(text) <= CUSTOM_ID_LIMIT)


def draft(inputs: Inputs) -> None:
    with suppress(Refusal):
        read_draft(inputs.chance.choice((inputs.text(), "5.0.0.0.1", "5.9.-1.0.1")))


def shots(inputs: Inputs) -> None:
    duration = inputs.chance.randrange(3, 16)
    with suppress(Refusal):
        written = parse_shots(inputs.shots(), duration, MODELS[DEFAULT_MODEL])
        check_shots(written, MODELS[DEFAULT_MODEL])
        for shot in written:
            shot.prompt.encode()


def _check(update: VideoUpdate) -> None:
    for words in (update.model, update.error_code, update.error_message, update.film_url or ""):
        assert "\x00" not in words
        words.encode()
    for count in (update.progress, update.duration, update.estimate):
        assert count is None or 0 <= count < 2**31


TARGETS: Mapping[str, Callable[[Inputs], None]] = {
    target.__name__: target
    for target in (submission, task, balance, callback, custom_id, draft, shots)
}


def feed(target: str, seed: int, count: int) -> None:
    """Feed so many inputs, each from a seed of its own; an AssertionError names the seed."""
    for number in range(seed, seed + count):
        try:
            TARGETS[target](Inputs(number))
        except Exception as error:
            raise AssertionError(f"{target}, seed {number}: {error!r}") from error
