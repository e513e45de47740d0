"""The schema's steps make the tables the code knows, on both databases."""

import threading
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from operator import itemgetter
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, make_url, text

from bot.api import faults
from bot.clock import SystemClock
from bot.db import open_store, upgrade
from bot.db.migrations import STEPS, alembic_config
from bot.db.schema import SchemaState, schema_state
from bot.db.tables import metadata
from bot.errors import StartupError
from tests.db.earlier import a_request_of_before, a_task_of_before, at_step, insert


def test_the_steps_make_the_tables_of_the_code(empty_url, connected):
    upgrade(empty_url)
    context = MigrationContext.configure(connected(empty_url), opts={"compare_type": True})
    assert compare_metadata(context, metadata) == []


def test_the_steps_make_the_same_constraints_and_indexes(empty_url, connected, tmp_path, request):
    upgrade(empty_url)
    made_by_steps = _nets(connected(empty_url))
    with connected(empty_url) as connection:
        connection.exec_driver_sql("DROP TABLE alembic_version")
        metadata.drop_all(connection)
        metadata.create_all(connection)
    assert made_by_steps == _nets(connected(empty_url))
    assert sum(len(nets["checks"]) for nets in made_by_steps.values()) > 10


def _nets(connection):
    schema = inspect(connection)
    return {
        table: {
            "checks": {c["name"]: c["sqltext"] for c in schema.get_check_constraints(table)},
            "unique": schema.get_unique_constraints(table),
            "keys": schema.get_foreign_keys(table),
            "indexes": sorted(map(_index, schema.get_indexes(table)), key=itemgetter("name")),
        }
        for table in metadata.tables
    }


def _index(found):
    """An index with its condition as text."""
    options = {name: str(each) for name, each in found.get("dialect_options", {}).items()}
    return found | {"dialect_options": options}


def test_an_upgrade_of_what_is_up_to_date_changes_nothing(empty_url):
    upgrade(empty_url)
    upgrade(empty_url)


def test_processes_that_start_together_upgrade_once(empty_pg_url):
    together = threading.Barrier(4)

    def start(_):
        together.wait(20)
        upgrade(empty_pg_url)

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(start, range(4))) == [None] * 4


def test_whose_tables_a_database_has_is_seen_without_changing_it(empty_url, connected):
    assert schema_state(empty_url) in (SchemaState.ABSENT, SchemaState.EMPTY)
    upgrade(empty_url)
    assert schema_state(empty_url) is SchemaState.CURRENT
    with connected(empty_url) as connection:
        connection.exec_driver_sql("DROP TABLE alembic_version")
    assert schema_state(empty_url) is SchemaState.TAKEN
    with connected(empty_url) as connection:
        metadata.drop_all(connection)
    assert schema_state(empty_url) is SchemaState.EMPTY


async def test_a_schema_newer_than_the_code_is_refused_in_words(empty_url, connected):
    upgrade(empty_url)
    with connected(empty_url) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StartupError) as refused:
        async with open_store(empty_url, clock=SystemClock()):
            pass
    (line,) = refused.value.problems
    assert "9999" in line
    assert "newer" in line


def test_the_steps_are_packed_with_the_program():
    steps = files("bot.db.migrations").joinpath("versions")
    assert any(step.name.startswith("0001") for step in steps.iterdir())


def test_a_step_has_the_number_of_its_file_and_the_highest_is_the_last():
    scripts = ScriptDirectory.from_config(alembic_config())
    steps = [each.revision for each in scripts.walk_revisions()]
    assert sorted(steps) == sorted(file.name[:4] for file in STEPS.glob("0*.py"))
    assert scripts.get_current_head() == max(steps)


def test_films_of_before_are_found_by_their_words_too(empty_url, connected):
    if empty_url.startswith("sqlite"):
        Path(str(make_url(empty_url).database)).parent.mkdir()
    connection = connected(empty_url)
    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, "0004")
    row = {
        "id": "r1", "server_id": 1, "channel_id": 2, "user_id": 3, "locale": "de",
        "server_locale": "de", "created_at": 0, "prompt": "ein FUCHS", "negative_prompt": "",
        "duration": 5, "aspect_ratio": "16:9", "sound": "off", "quality": "720p",
        "shot_type": "one", "shots": '[{"prompt": "\\u00dcBER", "seconds": 5}]',
        "watermark": False, "model": "m",
    }  # fmt: skip
    old = text(f"INSERT INTO requests ({', '.join(row)}) VALUES (:{', :'.join(row)})")
    connection.execute(old, row)

    command.upgrade(config, "head")

    sought = connection.execute(text("SELECT sought FROM requests")).scalar()
    assert sought == "ein fuchs\nüber"


def test_charges_of_before_are_dated_by_when_their_videos_were_ordered(empty_url, connected):
    connection, config = at_step("0009", empty_url, connected)
    insert(connection, "requests", a_request_of_before())
    kept = [
        ("held", "expected", None, None),
        ("running", "expected", 50, 50),
        ("completed", "charged", 60, 60),
        ("lost", "possible", None, 10),  # nobody dated it: from its acceptance
        ("cancelled", "released", None, None),
    ]
    for state, bill, submitted_at, _ in kept:
        row = {"id": state, "state": state, "submitted_at": submitted_at, "remote_id": state}
        insert(connection, "tasks", a_task_of_before() | row)
        charge = {"task_id": state, "server_id": 1, "at": 10, "price": 7, "state": bill}
        insert(connection, "charges", charge)

    command.upgrade(config, "head")

    dated = "SELECT task_id, ordered_at, submitted_at FROM charges JOIN tasks ON id = task_id"
    rows = {task_id: (at, also) for task_id, at, also in connection.execute(text(dated))}
    assert rows == {state: (at, at) for state, _, _, at in kept}


ENDS_OF_BEFORE = [
    # state, remote_id, error_code as it was; reason, error_code as they are now
    ("failed", "a", "content_policy_violation", "policy", "content_policy_violation"),
    ("failed", None, "Content_Filter", "policy", "Content_Filter"),
    ("cancelled", "b", "content_policy_violation", "policy", "content_policy_violation"),
    ("failed", "c", "quota_exceeded", "busy", "quota_exceeded"),
    ("failed", "d", "model_unavailable", "trouble", "model_unavailable"),
    ("failed", "e", "failed", "unknown", ""),
    ("failed", "f", "odd", "unknown", "odd"),
    ("failed", None, "odd", "rejected", "odd"),
    ("failed", None, "rejected", "rejected", ""),
    ("failed", None, "refused_again", "refused_again", ""),
    ("cancelled", "g", "cancelled", "cancelled_by_service", ""),
    ("cancelled", None, "cancelled", "cancelled", ""),
    ("cancelled", None, "denied", "denied", ""),
    ("cancelled", None, "withdrawn", "withdrawn", ""),
    ("lost", "h", "not_known_any_more", "not_found", ""),
    ("lost", None, "no_callback", "no_callback", ""),
    ("completed", "i", "", None, ""),
    ("queued", None, "", None, ""),
]


def test_videos_that_ended_before_keep_why_and_hide_the_same_prompts(empty_url, connected):
    connection, config = at_step("0010", empty_url, connected)
    request, task = a_request_of_before(), a_task_of_before()
    insert(connection, "requests", request)
    for number, (state, remote_id, code, *_) in enumerate(ENDS_OF_BEFORE):
        row = {"id": f"{number}", "state": state, "remote_id": remote_id, "error_code": code}
        insert(connection, "tasks", task | row)

    command.upgrade(config, "head")

    kept = connection.execute(text("SELECT id, reason, error_code FROM tasks"))
    now = {int(number): (reason, code) for number, reason, code in kept}
    assert [now[n] for n in range(len(now))] == [(why, code) for *_, why, code in ENDS_OF_BEFORE]


def test_videos_that_ended_before_are_sorted_as_those_that_end_now(empty_url, connected):
    connection, config = at_step("0010", empty_url, connected)
    request, task = a_request_of_before(), a_task_of_before()
    insert(connection, "requests", request)
    codes = {code: meaning.value for code, (_, meaning) in faults._SORTED.items()}
    for code in codes:
        insert(connection, "tasks", task | {"id": code[:20], "error_code": code})

    command.upgrade(config, "head")

    kept = connection.execute(text("SELECT error_code, reason FROM tasks"))
    assert dict(tuple(row) for row in kept) == codes
