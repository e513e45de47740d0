"""Presets and files for `/settings`: shown first, applied at once, undone at once."""

import json
from typing import Any

import pytest

from bot.playground.guild import Message, demo_world
from bot.ui.items import Verb
from tests.cogs.harness import Harness, dealt_with, shown
from tests.cogs.steps import answered, buttons, put

WORLD = demo_world()
GUILD = WORLD.guild("Film club").id
FILMS, MODS = WORLD.channel("films").id, WORLD.channel("mods").id
(ROLE,) = (each.id for each in WORLD.guild("Film club").roles if each.name == "Moderators")


async def overview(harness: Harness) -> Message:
    return await shown(await harness.discord.actor("sam").command("mods", "settings"))


async def press(harness: Harness, message: Message, label: str) -> Message:
    answer = await shown(await harness.discord.actor("sam").press(message, label=label))
    await dealt_with()
    return answer


async def upload(harness: Harness, content: bytes) -> Message:
    sam = harness.discord.actor("sam")
    sent = await sam.command("mods", "settings", {"file": ("settings.json", content)})
    await sent.responded()
    await dealt_with()
    return sam.messages("mods")[-1]


async def state(harness: Harness) -> tuple[Any, set[tuple[str, int | None]]]:
    settings = await harness.store.tx(lambda books: books.settings(GUILD))
    limits = await harness.store.tx(lambda books: books.limits(GUILD))
    return settings, {(each.measure, each.amount) for each in limits}


async def count_of_audit(harness: Harness) -> int:
    return len(await harness.store.tx(lambda books: books.audit(GUILD, limit=50)))


@pytest.mark.parametrize("label", ["Small club", "Big public server", "Everything approved"])
async def test_a_preset_is_shown_first_applied_as_one_act_and_undone(
    harness: Harness, label: str
) -> None:
    await shown(await harness.discord.actor("sam").command("mods", "limits set", {"amount": "9"}))
    before, lines = await state(harness), await count_of_audit(harness)

    plan = await press(harness, await overview(harness), label)
    assert "Nothing is changed yet" in plan.text
    assert "9 videos a day → " in plan.text
    assert await state(harness) == before

    (yes,) = [each for each in plan.buttons if each.startswith("Apply")]
    done = await press(harness, plan, yes)
    settings, limits = await state(harness)
    assert "Applied" in done.text
    assert "9 videos a day → " in done.text
    assert (
        f"of {settings.budget:,} credits" in done.text
        or f"of {settings.budget} credits" in done.text
    )
    assert settings.budget is not None
    assert f"{settings.budget:,} credits" in done.text
    assert ("films", 9) not in limits
    assert await count_of_audit(harness) == lines + 1

    await press(harness, done, "Undo")
    assert await state(harness) == before


async def test_with_everything_approved_a_members_video_waits(harness: Harness) -> None:
    plan = await press(harness, await overview(harness), "Everything approved")
    assert "Approval above this price in credits: Not set → every video" in plan.text
    assert "Moderators' own videos need no approval" in plan.text
    assert "⚠ No moderators' channel is set" in plan.text
    assert "⚠ No role to ping is set" in plan.text
    await press(harness, plan, next(each for each in plan.buttons if each.startswith("Apply")))
    await shown(await harness.discord.actor("maya").command("films", "video", {"prompt": "a fox"}))

    assert (await harness.film()).task.state == "held"


async def test_an_undo_of_a_preset_after_another_change_loses_nothing(harness: Harness) -> None:
    plan = await press(harness, await overview(harness), "Small club")
    yes = next(each for each in plan.buttons if each.startswith("Apply"))
    done = await press(harness, plan, yes)
    await put(harness, "budget", 77)

    sam = harness.discord.actor("sam")
    told = await answered(await sam.press(done, label="Undo"))

    assert "changed again" in told.text
    (now,) = [each for each in sam.messages("mods") if each.id == done.id]
    assert "Undo" not in now.buttons
    settings, limits = await state(harness)
    assert (settings.budget, ("films", 5) in limits) == (77, True)


async def test_an_exported_file_brings_everything_back(harness: Harness) -> None:
    for path, value in (
        ("moderators_channel", MODS), ("channels", [FILMS]), ("approval.roles", [ROLE]),
        ("defaults.duration", 9), (f"channel_ceilings.{FILMS}.quality", "720p"),
    ):  # fmt: skip
        await put(harness, path, value)
    sam = harness.discord.actor("sam")
    await shown(await sam.command("mods", "limits set", {"amount": "9"}))
    before = await state(harness)
    exported = await press(harness, await overview(harness), "Save as a file")
    (file,) = exported.attachments
    for path in ("moderators_channel", "channels", "approval.roles", "defaults.duration"):
        await put(harness, path, None)
    await put(harness, f"channel_ceilings.{FILMS}.quality", None)
    await shown(await sam.command("mods", "limits clear", {}))

    plan = await upload(harness, file.path.read_bytes())
    assert "6 changes. Nothing is changed yet." in plan.text
    await press(harness, plan, "Apply 6 changes")

    assert await state(harness) == before


async def test_a_file_of_another_server_applies_only_what_exists_here(harness: Harness) -> None:
    content = {
        "version": 1,
        "settings": {
            "budget": 300, "channels": [123456], "calls.role": 99, "moderators_channel": "x",
            "approval.roles": [GUILD + 5], "ceiling.duration": 9999, "nonsense.path": 1,
            "paused": True, "prompt_days": [[]], "channel_ceilings.77.duration": 5,
            "defaults.negative_prompt": "x" * 5000,
        },
        "limits": [
            {"measure": "films", "window": "now", "amount": 2},
            {"measure": "films", "window": "day", "amount": 2, "subject": "role",
             "subject_id": 4242},
        ],
    }  # fmt: skip

    plan = await upload(harness, json.dumps(content).encode())
    assert "1 change. Nothing is changed yet." in plan.text
    assert "12 entries do not fit this server" in plan.text
    await press(harness, plan, "Apply 1 change")

    settings, limits = await state(harness)
    assert (settings.budget, settings.paused, limits) == (300, False, set())


@pytest.mark.parametrize(
    "content",
    [
        b"", b"not json", b"[]", b'{"version": 2}', b'{"version": 1, "x": 1}', b"\xff\xfe",
        b"[" * 50_000, b'{"version":1,"limits":[{"measure":"films","window":"day","amount":-1}]}',
        b'{"version":1,"limits":[{"measure":"films","window":"day","amount":1e300}]}',
    ],
)  # fmt: skip
async def test_nonsense_is_refused_in_words_and_changes_nothing(
    harness: Harness, content: bytes
) -> None:
    before = await state(harness)

    told = await upload(harness, content)

    assert "Something went wrong" not in told.text
    assert not told.buttons
    assert await state(harness) == before


async def test_a_huge_file_is_refused(harness: Harness) -> None:
    many = {f"channel_ceilings.{each}.duration": 5 for each in range(2000)}
    told = await upload(harness, json.dumps({"version": 1, "settings": many}).encode())
    assert "up to 500 entries" in told.text

    told = await upload(harness, b" " * 200_000)
    assert "100" in told.text


@pytest.mark.parametrize(
    ("verb", "subject"),
    [(Verb.SETUP, "club"), (Verb.SETUP_APPLY, "club"), (Verb.SETUP_FILE, "0")],
)
async def test_a_member_who_forges_the_press_changes_and_reads_nothing(
    harness: Harness, verb: Verb, subject: str
) -> None:
    before = await state(harness)
    drawn = await buttons(harness, verb, task_id=subject)

    told = await shown(await harness.discord.actor("maya").press(drawn, label=verb.value))

    assert "doesn't let you" in told.text or "need" in told.text
    assert not told.attachments
    assert await state(harness) == before
