"""The video that is still possible when the requested one is refused: smaller, or as long as its
written shots.

The refusal offers it as a button; until then it waits as a request without a task."""

from collections.abc import Callable, Iterator
from datetime import datetime

from msgspec.structs import replace

from bot.errors import Offer, Refusal
from bot.video.limits.checks import TAKES_AT_ONCE
from bot.video.limits.effective import Limits
from bot.video.limits.room import room_for
from bot.video.ports.books import Books
from bot.video.servers.places import check_ceiling, check_place
from bot.video.values.asker import Asker
from bot.video.values.catalogue import ShotType, find_model
from bot.video.values.options import Options
from bot.video.values.prices import Prices
from bot.video.values.videos import VideoRequest, VideoSpec

SHOTS_SUM = "shots_sum"
HELPED = {  # refusals that another video can avoid
    SHOTS_SUM,
    "limit_seconds", "limit_credits", "limit_default", "wasted_seconds", "wasted_credits",
    "above_limit_seconds", "above_limit_credits", "budget", "bot_daily_limit",
    "bot_daily_limit_waiting", "above_bot_limit", "ceiling_duration", "ceiling_quality",
    "ceiling_sound",
}  # fmt: skip
HELPED_BY_FEWER = HELPED | {TAKES_AT_ONCE, "limit_films", "wasted_films"}


def is_helped(reason: str, options: Options) -> bool:
    """Whether another video can avoid a refusal."""
    return reason in (HELPED_BY_FEWER if (options.takes or 1) > 1 else HELPED)


def smaller(spec: VideoSpec) -> Iterator[VideoSpec]:
    """Smaller videos with the same prompt and model, the smallest loss first: fewer takes, shorter,
    then in the lowest quality, then without sound, and only then less than half as long.

    Shots that a person wrote keep their seconds.
    """
    yield from (replace(spec, takes=takes) for takes in range(spec.takes - 1, 0, -1))
    spec = replace(spec, takes=1)
    model, half = find_model(spec.model), -(-spec.duration // 2)
    lengths = [each for each in reversed(model.durations) if each <= spec.duration]
    if spec.shot_type is ShotType.CUSTOMIZE:
        lengths = [spec.duration]
    lowest, quietest = model.qualities[0], model.sounds[0]
    kinds = [(spec.quality, spec.sound), (lowest, spec.sound), (lowest, quietest)]
    for is_long in (True, False):
        for quality, sound in dict.fromkeys(kinds):
            for duration in (each for each in lengths if (each >= half) is is_long):
                lesser = replace(spec, quality=quality, sound=sound, duration=duration)
                if lesser != spec:
                    yield lesser


def make_offer(
    books: Books,
    limits: Limits,
    prices: Prices,
    request: VideoRequest,
    asker: Asker,
    now: datetime,
    *,
    reason: str,
) -> Offer | None:
    """Find the first video that would be accepted now, and keep it for the button: smaller than
    `request`, or the request itself if it was refused as `SHOTS_SUM` with another length."""
    terms = books.terms(request.server_id, asker.user_id)
    settings = terms.settings.read()
    room = room_for(books, limits, terms, asker, server_id=request.server_id, now=now)

    def check(spec: VideoSpec) -> None:
        check_place(settings, asker)
        check_ceiling(settings, asker, spec)
        room.admit(prices.cost(spec))

    only_length = reason == SHOTS_SUM
    specs = [request.spec] if only_length else smaller(request.spec)
    spec = next(filter(_passes(check), specs), None)
    if spec is None:
        return None
    _drop_earlier(books, request)
    books.add_request(replace(request, spec=spec))
    return Offer(
        draft_id=request.id,
        duration=spec.duration,
        quality=spec.quality,
        sound=spec.sound,
        price=prices.price(spec),
        takes=spec.takes if spec.takes != request.spec.takes else None,
        only_length=only_length,
    )


def _drop_earlier(books: Books, request: VideoRequest) -> None:
    """Replace a person's earlier offer in this server: only the latest stays."""
    name = f"draft.{request.server_id}.{request.user_id}"
    if (earlier := books.fact(name)) is not None:
        books.drop_draft(earlier)
    books.set_fact(name, request.id)


def offered(books: Books, draft_id: str, *, user_id: int, server_id: int) -> VideoRequest:
    """The video of an offer. Raises `Refusal` if it is someone else's, or was used."""
    try:
        request = books.request(draft_id)
    except KeyError:
        raise Refusal("offer_over") from None
    if (request.user_id, request.server_id) != (user_id, server_id):
        raise Refusal("not_yours")
    return request


def take_offer(books: Books, draft_id: str) -> None:
    """Use up an offer in the transaction that accepts its video, so that it is made only once."""
    if not books.drop_draft(draft_id):
        raise Refusal("offer_over")


def _passes(check: Callable[[VideoSpec], None]) -> Callable[[VideoSpec], bool]:
    def passes(spec: VideoSpec) -> bool:
        try:
            check(spec)
        except Refusal:
            return False
        return True

    return passes
