"""A card in any state, and what a person sees when it is drawn."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from discord import ui
from msgspec.structs import replace

from bot.ui import cards
from bot.ui.film_message import Whereabouts
from bot.video.values.cards import Card
from bot.video.values.posts import Post, PostKind, PostState, Rung
from bot.video.values.videos import State, VideoRequest, VideoSpec, VideoTask

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
FILM_URL = "https://files.example/film_one.mp4"
KEPT_URL = "https://bot.example/films/abc.mp4"
TASK_ID = "film0000000000000001"


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A drawn card as Discord gets it."""

    text: str
    buttons: Mapping[str, str]  # label to custom_id or address
    gallery: list[dict[str, Any]]
    count: int  # components, nested ones included


def look(view: ui.LayoutView) -> Seen:
    """Read a view as it would be sent."""
    parts = [part for top in view.to_components() for part in walk(top)]
    return Seen(
        text="\n".join(part["content"] for part in parts if part["type"] == 10),
        buttons={
            part["label"]: part.get("custom_id") or part["url"]
            for part in parts
            if part["type"] == 2
        },
        gallery=[item for part in parts if part["type"] == 12 for item in part["items"]],
        count=len(parts),
    )


def walk(component: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield component
    inner = [*component.get("components", []), component.get("accessory")]
    for child in filter(None, inner):
        yield from walk(child)


def make_card(
    state: State = State.QUEUED,
    *,
    locale: str = "en-US",
    parent_id: str | None = None,
    spec: VideoSpec | None = None,
    task: Mapping[str, Any] | None = None,
    **changes: Any,
) -> Card:
    """A card of maya's (7) video, ordered at noon; `task` changes the task, the rest the card."""
    request = VideoRequest(
        id="request0000000000001",
        parent_id=parent_id,
        server_id=1,
        channel_id=2,
        user_id=7,
        locale=locale,
        server_locale=locale,
        created_at=NOON,
        spec=spec or VideoSpec(prompt="a fox in the snow"),
    )
    row = VideoTask(
        id=TASK_ID,
        request_id=request.id,
        server_id=1,
        user_id=7,
        state=state,
        price=270_000,
        created_at=NOON,
    )
    return replace(Card(request=request, task=replace(row, **task or {})), **changes)


def make_film(
    state: PostState = PostState.THERE, rung: Rung = Rung.CHANNEL, **changes: Any
) -> Post:
    """The video's post, in channel 2."""
    post = Post(
        id=f"{TASK_ID}.film",
        kind=PostKind.FILM,
        state=state,
        rung=rung,
        nonce=f"{TASK_ID}f",
        server_id=1,
        channel_id=2,
        message_id=99 if state is PostState.THERE else None,
    )
    return replace(post, **changes)


@pytest.fixture
def noon() -> datetime:
    return NOON


@pytest.fixture
def a_card() -> Callable[..., Card]:
    return make_card


@pytest.fixture
def a_film() -> Callable[..., Post]:
    return make_film


@pytest.fixture
def details() -> Callable[..., Seen]:
    """A video in full, as `/videos show` draws it."""

    def drawn(card: Card, **known: Any) -> Seen:
        usual = {"locale": "en-US", "now": NOON, "per_usd": 68, "price": 1, "found": Whereabouts()}
        return look(cards.film_details(card, **usual | known))

    return drawn


@pytest.fixture
def seen() -> Callable[[ui.LayoutView], Seen]:
    return look


@pytest.fixture
def why(seen: Any) -> Any:
    return lambda card, locale="en-US": seen(cards.why(card, locale=locale, per_usd=68))


@pytest.fixture
def finished(a_card: Any, a_film: Any, noon: Any) -> Any:
    def make(**task: Any) -> Any:
        until = noon + timedelta(days=1)
        row = {"film_url": FILM_URL, "film_until": until, "remote_id": "t", **task}
        return a_card(State.COMPLETED, film=a_film(), task=row)

    return make
