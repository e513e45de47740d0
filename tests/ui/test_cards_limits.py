"""Whatever people write, cards stay within Discord's limits and show no live markup."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from discord import ui
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.errors import Reason
from bot.ui import cards
from bot.ui.cards.notices import outcome
from bot.ui.escape import clean, escaped, shorten
from bot.ui.film_message import Sight, Whereabouts
from bot.video.values.catalogue import ShotType
from bot.video.values.posts import PostState, Rung
from bot.video.values.videos import OUTCOMES, Shot, State, VideoSpec

NASTY = st.sampled_from(
    [
        "@everyone", "@here", "<@1>", "<@!1>", "<@&1>", "<#1>", "</video:1>", "<t:0:R>", "<:a:1>",
        "[click](https://evil.example)", "https://evil.example/a_b", "discord.gg/abc", "**b**",
        "__u__", "~~s~~", "||s||", "`c`", "```", "\n# h", "\n- l", "\n> q", "\n-# small", "1. one",
        "\\", "\u202e", "\u200b", "\u2066", "\U000e0041",
        "👨‍👩‍👧‍👦", "\u200d", "🏴\U000e0067",
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        "e\u0301\u0301\u0301\u0301\u0301", "\u3164",
    ]
)  # fmt: skip
WORDS = st.lists(NASTY | st.text(max_size=20), max_size=60).map(" ".join)
PROMPTS = WORDS.map(lambda text: text[:2500]) | NASTY.map(lambda word: (word * 2500)[:2500])
SHOTS = st.lists(PROMPTS.map(lambda text: Shot(prompt=text[:512], seconds=2)), max_size=6)
SPECS = st.builds(
    VideoSpec,
    prompt=PROMPTS,
    negative_prompt=PROMPTS,
    shot_type=st.sampled_from(ShotType),
    shots=SHOTS.map(tuple),
    watermark=st.booleans(),
)
relaxed = settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e007a]{3,6}\U000e007f")
ALIVE = re.compile(
    r"""(?x)
      @everyone | @here | <[@#][!&]?[0-9] | (?<!\\)https?:// | discord\.gg
    | (?<!\\)(?:\\\\)*[*_~`|\[\]<>]
    | (?m:^[-+#])
    """
)


@given(text=PROMPTS, limit=st.integers(20, 400))
@relaxed
def test_peoples_words_are_one_dead_line(text: str, limit: int) -> None:
    shown = escaped(text, limit)

    assert len(shown) <= limit
    assert "\n" not in shown
    assert not ALIVE.search(shown)
    assert not re.search("[\u200e\u200f\u202a-\u202e\u2060-\u206f]", shown)
    assert not re.search("(?:^|[ -~\u200c\u200d])[\u200c\u200d]", shown)
    for end in re.finditer("(.)[\u200c\u200d](?:$|[ -~])", shown):
        assert unicodedata.combining(end[1]) == 9 or unicodedata.bidirectional(end[1]) == "AL"
    assert not re.search("[\U000e0000-\U000e007f]", FLAG.sub("", shown))
    assert shown.encode("utf-8") == shown.encode("utf-8", "ignore")


@given(text=st.text(st.characters(categories=["L", "N", "Zs"]), max_size=200))
def test_plain_words_are_shown_as_they_are(text: str) -> None:
    assert escaped(text, 200) == clean(text)


def test_cutting_never_leaves_half_a_mark() -> None:
    for limit in range(20, 40):
        assert not re.search(r"(?<!\\)(?:\\\\)*\\…$", escaped("a*" * 50, limit))
        assert not re.search(r"(?<!\\)(?:\\\\)*\\…$", escaped("\\" * 99, limit))


@pytest.mark.parametrize(
    "text",
    ["می\u200cخواهم", "👨\u200d👩\u200d👧 walk", "❤️\u200d🔥", "👩🏽\u200d🚀", "क्\u200dष",
     "അവന്\u200d പോയി", "সত্\u200d", "۱۴۰۰ ه\u200d.",
     "the flag 🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f waves"],
    ids=ascii,
)  # fmt: skip
def test_joined_letters_and_emoji_are_shown_as_they_were_written(text: str) -> None:
    assert escaped(text, 200) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("g\u200co\u200dre", "gore"),
        ("é\u200d\u200dé", "éé"),
        ("é\u200d", "é"),
        ("\u200d👩", "👩"),
        ("\u202eevil\u202c \u2067x\u2069", "evil x"),
        ("🏴\U000e0068\U000e0069", "🏴"),
        ("a\U000e0067\U000e0062\U000e007f", "a"),
    ],
    ids=ascii,
)
def test_what_joins_nothing_and_what_turns_a_line_is_not_shown(text: str, shown: str) -> None:
    assert escaped(text, 200) == shown


def test_cutting_leaves_no_half_flag() -> None:
    flag = "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"
    for limit in range(1, 16):
        assert not re.search("[\U000e0000-\U000e007f]", FLAG.sub("", shorten(flag * 3, limit)))


def test_words_are_cut_between_words() -> None:
    assert escaped("a fox in the snow wakes", 20) == "a fox in the snow…"


def test_a_prompt_of_unseen_characters_still_makes_a_card(
    a_card: Any, seen: Any, noon: Any
) -> None:
    card = a_card(spec=VideoSpec(prompt="\u200b\u3164"))

    assert "> …" in seen(cards.reply(card, now=noon, per_usd=68)).text


def drawings(card: Any, film: Any, now: Any, locale: str) -> Iterator[ui.LayoutView]:
    """Every card, in each state it can be in."""
    for state in State:
        each = replace(card, task=replace(card.task, state=state))
        yield cards.reply(each, now=now, per_usd=0.01)
        for found in (Whereabouts(), Whereabouts(message=Sight.UNKNOWN)):
            yield cards.film_details(
                each, locale=locale, now=now, per_usd=0.01, price=10**9, found=found
            )
        if state in OUTCOMES - {State.COMPLETED}:
            yield outcome(each, in_dm=False)
    yield cards.film_list([card] * 10, locale=locale, page=999, has_more=True)
    yield cards.inbox([card] * 10, [], locale=locale, now=now, kept={})
    short = replace(card.task, film_url="https://files.example/film.mp4")
    yield cards.inbox([replace(card, task=short)] * 10, [], locale=locale, now=now, kept={})
    for uploaded, kept in [
        ("film.mp4", None),
        (None, None),
        (None, "https://x.example/" + "k" * 400),
    ]:
        yield cards.film(card, film, per_usd=68, uploaded_as=uploaded, kept_at=kept)
    for reason in (Reason.POLICY, Reason.UNKNOWN):
        said = {"reason": reason, "error_code": "odd_" * 100}
        failed = replace(card.task, state=State.FAILED, remote_id="t", **said)
        yield cards.why(replace(card, task=failed), locale=locale, per_usd=0.01)


@given(spec=SPECS, said=PROMPTS, locale=st.sampled_from(["en-US", "es-ES"]))
@settings(relaxed, max_examples=15)
def test_every_card_keeps_discords_limits(
    a_card: Any, a_film: Any, seen: Any, noon: Any, spec: VideoSpec, said: str, locale: str
) -> None:
    row = {
        "film_url": "https://files.example/" + "a" * 1400,
        "film_until": noon + timedelta(days=1),
        "error_message": said,
        "price": 10**9,
        "estimate": 10**6,
        "submitted_at": noon,
        "muted": True,
    }
    film = a_film(PostState.THERE, Rung.PARENT, sent_to=2**63 - 1)
    card = a_card(
        spec=spec, locale=locale, task=row, film=film, place=10**6,
        turn_at=noon + timedelta(seconds=10**6),
        parent_id="film0000000000000002", credited_to=2**63 - 1,
    )  # fmt: skip
    for view in drawings(card, film, noon, locale):
        shown = seen(view)
        assert 0 < len(shown.text) <= 4000
        assert shown.count <= 40
        assert all(0 < len(label) <= 80 and len(to) <= 512 for label, to in shown.buttons.items())
        assert all(0 < len(item["description"]) <= 1024 for item in shown.gallery)
        assert not re.search(r"@everyone|@here|<@!|<@&|(?<!\\)</|evil\.example|\u202e", shown.text)
        assert set(re.findall(r"<@(\d+)>", shown.text)) <= {"7", str(2**63 - 1)}


@pytest.mark.parametrize("page", [0, 999])
def test_a_page_of_ten_films_fits(a_card: Any, seen: Any, page: int) -> None:
    view = cards.film_list([a_card()] * 10, locale="es-ES", page=page, has_more=True)

    assert seen(view).count <= 40
