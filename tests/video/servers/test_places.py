"""Where videos may be made, by whom and how large, as a server set it."""

import json

import pytest

from bot.errors import Refusal
from bot.video.doors import settings as changes
from bot.video.values.asker import Asker
from bot.video.values.catalogue import Quality, Sound
from bot.video.values.options import Options
from bot.video.values.settings import ServerSettings, SettingsDocument, VideoCaps
from tests.fakes import named
from tests.statements import owed_posts
from tests.video.harness import CHANNEL, PERSON, SERVER, Harness

MODERATOR, THREAD, ROLE = 900, 12, 77


async def set_to(harness: Harness, **values: object) -> None:
    for path, value in values.items():
        where = (SERVER, MODERATOR)
        await harness.videos.moderate(changes.change, where, path.replace("__", "."), value)


async def refused(harness: Harness, asker: Asker | None = None, **spec: object) -> Refusal:
    with pytest.raises(Refusal) as caught:
        await asked(harness, asker, **spec)
    return caught.value


async def asked(harness: Harness, asker: Asker | None = None, **spec: object):
    return await harness.accept(asker=asker, **spec)


def asker(**what: object) -> Asker:
    return Asker(**{"user_id": PERSON, "channel_id": CHANNEL, **what})


async def test_only_in_allowed_channels_and_their_threads(harness: Harness) -> None:
    await set_to(harness, channels=[99])
    refusal = await refused(harness)
    in_thread = asker(channel_id=THREAD, parent_id=99)

    assert (refusal.reason, refusal.facts["channels"]) == ("place_channels", (99,))
    assert (await asked(harness, in_thread)).task.user_id == PERSON


async def test_only_people_with_an_allowed_role(harness: Harness) -> None:
    await set_to(harness, roles=[ROLE])

    assert (await refused(harness, asker(role_ids=frozenset({1})))).reason == "place_roles"
    assert await asked(harness, asker(role_ids=frozenset({1, ROLE})))


async def test_only_in_age_restricted_channels(harness: Harness) -> None:
    await set_to(harness, age_restricted_only=True)

    assert (await refused(harness)).reason == "place_age_restricted"
    assert await asked(harness, asker(is_age_restricted=True))


@pytest.mark.parametrize(
    ("path", "value", "spec", "reason"),
    [
        ("duration", 4, {"duration": 5}, "ceiling_duration"),
        ("quality", "720p", {"quality": Quality.HIGH}, "ceiling_quality"),
        ("sound", "off", {"sound": Sound.ON}, "ceiling_sound"),
    ],
)
async def test_a_film_above_a_ceiling_is_refused(
    harness: Harness, path: str, value: object, spec: dict, reason: str
) -> None:
    await set_to(harness, **{f"ceiling__{path}": value})

    assert (await refused(harness, **spec)).reason == reason


async def test_a_channels_ceiling_holds_there_and_nowhere_else(harness: Harness) -> None:
    await set_to(harness, **{"channel_ceilings__99__duration": 4})

    assert (await refused(harness, asker(parent_id=99))).reason == "ceiling_duration"
    assert await asked(harness)


async def test_of_two_ceilings_the_lower_one_holds() -> None:
    settings = ServerSettings(
        ceiling=VideoCaps(duration=8, quality=Quality.STANDARD),
        channel_ceilings={1: VideoCaps(duration=12, sound=Sound.OFF)},
    )

    assert settings.ceiling_in({1}) == VideoCaps(
        duration=8, quality=Quality.STANDARD, sound=Sound.OFF
    )


async def test_a_refusal_by_a_rule_is_kept_in_the_audit_and_told_once_an_hour(
    harness: Harness,
) -> None:
    await set_to(harness, audit_channel=55)
    await set_to(harness, roles=[ROLE])
    for _ in range(3):
        await refused(harness)
    entries = await harness.store.tx(lambda books: books.audit(SERVER, limit=10))
    owed = await harness.store.tx(owed_posts)

    kept = [json.loads(each.details) for each in entries if each.action == "refused"]
    assert [each["times"] for each in kept] == [3]
    told = [each for each in owed if named(each.content)[0] == "audit.refused"]
    assert [(each.channel_id, each.user_id) for each in told] == [(55, 0)]


async def test_what_was_left_out_is_the_servers_default_under_its_ceiling(harness: Harness) -> None:
    await set_to(harness, defaults__duration=10, defaults__sound="on", ceiling__duration=8)
    spec = await harness.videos.completed(SERVER, asker(), Options(prompt="a fox"))

    assert (spec.duration, spec.sound, spec.quality) == (8, Sound.ON, Quality.STANDARD)


async def test_the_servers_language_is_that_of_public_texts(harness: Harness) -> None:
    await set_to(harness, language="es-ES")

    assert (await asked(harness)).request.server_locale == "es-ES"


async def test_films_of_a_covered_channel_are_spoilers(harness: Harness) -> None:
    await set_to(harness, spoiler_channels=[99])

    assert (await asked(harness, asker(parent_id=99))).task.is_spoiler
    assert not (await asked(harness)).task.is_spoiler


def test_words_of_a_newer_version_are_kept_in_the_document() -> None:
    stored = SettingsDocument(document={"later": {"a": 1}, "ceiling": {"size": 3}}, version=4)
    changed = stored.changed("ceiling.duration", 5)

    assert changed.document == {"later": {"a": 1}, "ceiling": {"size": 3, "duration": 5}}
    assert changed.read().ceiling.duration == 5


async def test_a_change_is_announced_in_the_audit_channel_and_never_to_a_person(
    harness: Harness,
) -> None:
    await set_to(harness, audit_channel=55)
    await harness.videos.moderate(changes.change, (SERVER, MODERATOR), "budget", 100)
    await harness.clock.advance(1)

    assert [subject for subject, _ in harness.announcer.notices()] == ["audit.setting_changed"] * 2


async def test_a_setting_chosen_again_as_it_stands_is_no_change(harness: Harness) -> None:
    where = (SERVER, MODERATOR)
    first = await harness.videos.moderate(changes.change, where, "channels", [7, 9])
    again = await harness.videos.moderate(changes.change, where, "channels", [7, 9])

    assert first is not None
    assert again is None
    assert len(await harness.store.tx(lambda books: books.audit(SERVER, limit=9))) == 1
    await harness.videos.moderate(changes.undo, where, first.id)
