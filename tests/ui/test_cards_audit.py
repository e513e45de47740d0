"""The audit's lines say who did what, whatever text people entered."""

import json
from datetime import UTC, datetime

import pytest
from discord.ui import LayoutView, TextDisplay

from bot.ui.cards.audit import audit_line, audit_notice
from bot.ui.cards.settings import audit_page
from bot.ui.cards.trail import audit_found
from bot.ui.languages import ENGLISH, catalogue
from bot.video.doors.audit import Found
from bot.video.servers.trail import Traced, known_acts
from bot.video.values.contents import AuditContent
from bot.video.values.moderation import AuditEntry


def line(action: str, locale: str = "en-US", **details: object) -> str:
    entry = AuditEntry(
        id="a" * 20,
        server_id=1,
        at=datetime(2026, 11, 23, tzinfo=UTC),
        actor_id=5,
        action=action,
        user_id=6,
        details=json.dumps(details),
    )
    return audit_line(entry, locale)


@pytest.mark.parametrize(
    ("setting", "before", "after", "said"),
    [
        ("language", None, "es-ES", "The server's language on Discord → Spanish"),
        ("ceiling.duration", 8, None, "8 s → No cap"),
        ("channel_ceilings.7.sound", None, "off", "Sound allowed in <#7>**: No cap → No sound"),
        ("channels", None, [1, 2], "→ <#1> and <#2>"),
        ("roles", [3], None, "<@&3> → Everyone"),
        ("budget", 5000, 10, "5,000 credits → 10 credits"),
        ("prompt_days", None, 1, "90 days, bot default → 1 day"),
        ("age_restricted_only", None, True, "No → Yes"),
        ("defaults.negative_prompt", None, "@everyone", "→ @\u200beveryone"),
    ],
)
def test_a_change_says_what_was_and_what_is(
    setting: str, before: object, after: object, said: str
) -> None:
    text = line("setting_changed", setting=setting, before=before, after=after)

    assert text.startswith("<@5> changed")
    assert said in text


@pytest.mark.parametrize("setting", ["ringtone", "defaults.smell", "channel_ceilings.x.sound"])
def test_a_setting_that_this_version_does_not_know_is_still_an_act(setting: str) -> None:
    text = line("setting_changed", setting=setting, before=1, after=2)

    assert text == "<@5> did this: setting\\_changed."


def test_a_refusal_says_who_was_refused_where_and_why() -> None:
    text = line("refused", reason="place_roles", roles=[3], channel=9)

    assert "<@6>" in text
    assert "<#9>" in text
    assert "roles can make videos: <@&3>" in text


REFUSED: dict[str, dict[str, object]] = {
    "place_channels": {"channels": [1]},
    "place_roles": {"roles": [3]},
    "place_age_restricted": {},
    "ceiling_duration": {"most": 5, "duration": 9},
    "ceiling_quality": {"quality": "720p"},
    "ceiling_sound": {},
    "prompt_rule": {"rule": "no gore", "words": "gore"},
    "blocked": {"why": ""},
    "blocked_because": {"why": "spam"},
    "limit_none": {},
    "limit_films": {"used": 3, "limit": 3, "window": "day"},
    "limit_seconds": {"cost": 9, "left": 1, "limit": 10, "window": "day"},
    "limit_credits": {"cost": 90_000, "left": 10_000, "limit": 100_000, "window": "day"},
    "above_limit_seconds": {"cost": 9, "limit": 5, "window": "day"},
    "above_limit_credits": {"cost": 90_000, "limit": 50_000, "window": "day"},
    "budget": {"price": 90_000, "left": 10_000, "budget": 100_000},
}


@pytest.mark.parametrize("reason", REFUSED)
@pytest.mark.parametrize("locale", ["en-US", "es-ES"])
def test_a_refusal_is_told_to_moderators_and_speaks_to_nobody(reason: str, locale: str) -> None:
    text = line("refused", locale, reason=reason, channel=9, **REFUSED[reason])

    assert "<@6>" in text
    words = set(text.lower().replace(".", " ").split())
    assert not words & {"you", "your", "yours", "tu", "tú", "te", "puedes"}


def test_a_rule_says_nothing_of_words_that_are_kept_no_longer() -> None:
    assert "…" in line("rule_met", rule="no gore")


def test_an_act_about_somebody_who_was_forgotten_still_says_who_acted() -> None:
    text = line("blocked", forgotten=True)

    assert text.startswith("<@5>")
    assert "forgotten" in text
    assert "<@6>" not in text


def test_people_cannot_break_the_line_with_their_words() -> None:
    text = line("never_heard_of_*this*", words="**bold** <@1>")

    assert "\\*this\\*" in text
    assert "<@1>" not in text


def test_the_channels_line_speaks_the_language_that_the_server_set() -> None:
    changed = AuditContent(
        action="setting_changed",
        actor=5,
        user=6,
        locale="es-ES",
        details={"setting": "budget", "before": None, "after": 9},
    )

    (shown,) = audit_notice(changed, "en-US").children
    assert "cambió" in str(getattr(shown, "content", ""))


def test_every_act_that_is_worded_belongs_to_a_kind_by_which_it_is_sought() -> None:
    keys = {key.removeprefix("audit.") for key in catalogue(ENGLISH).by_key if key[:6] == "audit."}
    worded = {key for key in keys if not key.startswith("why.")}

    assert worded - {"other", "forgotten", "until"} == known_acts()


def test_a_page_of_the_longest_lines_fits_into_a_message() -> None:
    channels = list(range(10**18, 10**18 + 25))
    entry = AuditEntry(
        id="a" * 20,
        server_id=1,
        at=datetime(2026, 11, 23, tzinfo=UTC),
        actor_id=5,
        action="setting_changed",
        details=json.dumps({"setting": "channels", "before": channels, "after": channels[1:]}),
    )
    found = Found(entries=[Traced(entry=entry, message=None)] * 8, has_more=True, is_cut=True)

    view = audit_found(found, page=1, sought="....", locale="es-ES")
    panel = audit_page([entry] * 6, locale="es-ES", page=1, has_more=True)

    assert view.content_length() <= 4000
    assert panel.content_length() <= 4000
    assert "…" in shown_in(view)


def shown_in(view: LayoutView) -> str:
    return "\n".join(each.content for each in view.walk_children() if isinstance(each, TextDisplay))


@pytest.mark.parametrize("action", ["setting_changed", "setting_undone"])
def test_a_change_of_trust_says_whose_videos_need_approval(action: str) -> None:
    given = line(action, setting="approval.trusted", before=None, after=[7])
    taken = line(action, setting="approval.trusted", before=[7, 8], after=[8])

    assert given == "<@5> lets <@7> make videos without approval."
    assert taken == "<@5> requires approval for <@7> again."
