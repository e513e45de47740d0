"""A call of each named statement, for a person, a server and a channel with many videos."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from msgspec.structs import replace
from sqlalchemy import text

from benchmarks.finished import CHANNEL, PERSON, SERVER
from bot.db.books import SqlBooks
from bot.video.ports.privacy import Kept, Trace, Whose
from bot.video.ports.retention import Aged
from bot.video.ports.retention import Old as OldKind
from bot.video.ports.tasks import Search
from bot.video.values.ledgers import Allowance, Bill
from bot.video.values.moderation import AuditEntry, AuditSearch
from bot.video.values.posts import PostKind
from bot.video.values.settings import SettingsDocument
from bot.video.values.videos import State
from tests.db import examples
from tests.db.conftest import NOW

QUIET = 77  # a server with few videos
DAY = timedelta(days=1)
LONG_AGO = NOW - timedelta(days=10_000)

Call = Callable[[SqlBooks], object]


@dataclass(frozen=True, kw_only=True)
class Old:
    """Ids of one finished video and what belongs to it."""

    task: str
    request: str
    remote: str
    post: str
    audit: str
    board: str


def old_one(books: SqlBooks) -> Old:
    """One video from the middle of those that are over."""
    row = books.connection.execute(
        text("SELECT id, request_id, remote_id FROM tasks ORDER BY id LIMIT 1 OFFSET 500")
    ).one()
    audit = books.connection.execute(text("SELECT max(id) FROM audit")).scalar_one()
    board = books.connection.execute(text("SELECT max(id) FROM boards")).scalar_one()
    return Old(
        task=row[0],
        request=row[1],
        remote=row[2],
        post=f"{row[0]}.reply",
        audit=audit,
        board=board,
    )


def calls(old: Old) -> Mapping[str, list[Call]]:
    """By the statement's name."""
    found: dict[str, list[Call]] = {}
    for name, *arguments in _plain(old):
        found.setdefault(name, []).append(_calling(name, arguments))
    for name, values in _named(old):
        found.setdefault(name, []).append(_calling(name, (), values))
    return found


def _calling(name: str, arguments: Any, values: Mapping[str, Any] | None = None) -> Call:
    def call(books: SqlBooks) -> object:
        given = dict(values or {})
        return getattr(books, name)(*given.pop("of", arguments), **given)

    return call


def _plain(old: Old) -> Iterator[tuple[Any, ...]]:
    yield "lock", [f"user:{PERSON}"]
    yield "add_request", examples.a_request()
    yield "task", old.task
    yield "find_task", old.task
    yield "request", old.request
    yield "takes_of", old.request
    yield "sheet", old.task
    yield "find_sheet", old.task
    yield "sheet_with", old.post
    yield "task_by_remote_id", old.remote
    yield "search", Search(user_id=PERSON, server_id=SERVER, since=NOW - DAY)
    yield "is_cut", Search(user_id=PERSON, server_id=QUIET)
    yield "move", examples.a_task(), State.CANCELLED
    yield "move_from", old.task, [State.COMPLETED], State.COMPLETED
    yield "begin_undo", old.task, NOW
    yield "ready", NOW
    yield ("head",)
    yield "task_ids_in", [State.QUEUED, State.RUNNING]
    yield "queued_in", SERVER, [CHANNEL]
    yield ("is_paused",)
    yield ("cheapest_waiting",)
    yield "average_price", 20
    yield ("has_written",)
    yield "drive_as", 1
    yield "drives", 1
    yield "adopt", 2
    yield ("versions",)
    yield "settle", old.task, Allowance.SETTLED, Bill.CHARGED
    yield "reduce_bill", old.task, 1
    yield "add_post", examples.a_post(old.task)
    yield "post", old.post
    yield "hold_post", old.post
    yield "posts", old.task
    yield "find_post", old.task, PostKind.FILM
    yield "look_up_post", old.post
    yield "owe_edits", old.task, [PostKind.REPLY], NOW
    yield "claim_post", old.post, 1
    yield "moderators_cards", SERVER
    yield ("survey",)
    yield "inbox", PERSON
    yield "fact", "a"
    yield "set_fact", "a", "1"
    yield "count_up", "a"
    yield "terms", SERVER, PERSON
    yield "limits", SERVER
    yield "put_limit", examples.a_limit()
    yield "drop_limit", "l"
    yield "grants", QUIET, PERSON
    yield "add_grant", examples.a_grant()
    yield "drop_grant", "g"
    yield "reset_at", SERVER, PERSON
    yield "drop_reset", SERVER, PERSON
    yield "drop_draft", old.request
    yield "block", SERVER, PERSON
    yield "set_block", examples.a_block()
    yield "rules", SERVER
    yield "add_rule", examples.a_rule()
    yield "remove_rule", SERVER, "a"
    yield "settings", SERVER
    yield "settings_document", SERVER
    deferral = examples.a_deferral()
    yield "keep_deferrals", [deferral]
    yield "drop_deferrals", [deferral.interaction_id]
    yield "take_up_deferral", deferral.interaction_id
    yield "hurry_deferrals", NOW
    yield "add_audit", AuditEntry(id="a", server_id=SERVER, at=NOW, actor_id=1, action="held")
    yield "audit_entry", old.audit
    yield "seek_audit", AuditSearch(server_id=SERVER)
    yield "is_audit_cut", AuditSearch(server_id=QUIET, person=PERSON)
    yield "add_board", examples.a_board()
    yield "find_board", "b"
    yield "open_board", CHANNEL
    yield "newest_board", SERVER
    yield "open_boards", SERVER, PERSON
    yield "boards_in", CHANNEL
    yield "save_board", examples.a_board()
    yield "vote", "b", PERSON, "t", NOW
    yield "vote_of", "b", PERSON
    yield "drop_vote", "b", PERSON
    yield "votes", "b"
    yield "takes", old.board
    yield "save_preset", examples.a_preset()
    yield "drop_presets", ["p"]
    yield "standing", NOW
    yield ("driven",)
    yield ("versions",)
    yield ("servers_with_settings",)
    for trace in (Trace.WORDS, Trace.OLD_DRAFTS):
        yield "blank_requests", trace, Whose(before=NOW, user_id=PERSON), [old.request]
    yield "drop_drafts", [old.request]
    yield "drop_links", Whose(before=NOW, user_id=PERSON), [old.task]
    yield "audit_by_id", [old.audit]
    yield "drop_grant_reasons", ["g"]
    yield "drop_block_reasons", PERSON, [SERVER]
    yield "drop_facts", ["a"]
    yield "drop_scopes", ["a"]
    yield "made_of", [old.request]
    yield "drop_audit", old.audit
    yield ("newest_interaction",)
    yield ("to_forget",)
    yield "forget_later", PERSON, NOW
    yield "forgotten", PERSON, NOW
    yield ("discrepancies",)


def _named(old: Old) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield "add_task", {"of": [replace(examples.a_task(), request_id=old.request)], "seconds": 5}
    yield "entries", {"of": [SERVER], "limit": 10}
    yield "under_way", {"of": [SERVER], "limit": 10}
    yield "under_way", {"of": [SERVER], "limit": 10, "user_id": PERSON}
    yield "under_way", {"of": [None], "limit": 10, "user_id": PERSON}
    yield "next_ready", {"after": NOW}
    yield "cheapest_waiting", {"but": examples.TASK}
    yield "note", {"of": [old.task], "muted": True}
    yield "reprice", {"of": [old.task], "request_id": old.request, "price": 1, "seconds": 5}
    yield "raise_tally", {"of": [5], "amount": 10**12, "since": LONG_AGO, "now": NOW}
    yield "set_tally", {"of": [5], "amount": 10, "now": NOW}
    yield "servers_of", {"of": [State.QUEUED], "since": None, "most": 500}
    yield "servers_of", {"of": [State.HELD], "since": NOW, "most": 500}
    yield "active", {"of": [SERVER, PERSON], "most": 200}
    yield "queue", {"doubted_since": NOW, "recent": 20, "most": 201, "exact": 50}
    yield "foremost", {"of": [NOW], "but": [SERVER], "most": 20}
    yield "oldest_in", {"of": [SERVER, NOW], "but": [PERSON], "most": 20}
    yield "oldest_of", {"of": [SERVER, PERSON, NOW], "most": 20}
    yield "busy", {"doubted_since": NOW}
    yield "due", {"owner": 1}
    yield "tasks_in", {"of": [State.SUBMITTING], "owner": 1}
    yield "uses", {"of": [PERSON], "since": NOW - DAY}
    yield "ordered", {"since": NOW - DAY}
    yield "ordered", {"since": LONG_AGO, "server_id": QUIET}
    yield "billed", {"since": NOW - DAY, "amount": 10}
    yield "billed", {"since": LONG_AGO, "amount": 10, "server_id": QUIET}
    yield "oldest_orders", {"of": [10], "since": NOW - DAY}
    yield "ordered_by_person", {"of": [QUIET], "since": LONG_AGO, "until": NOW}
    yield "waiting_by_person", {"of": [SERVER], "amount": 10}
    yield "change_post", {"of": [old.post], "attempts": 2}
    yield "mark_delivery", {"of": [old.post], "attempts": 2}
    yield "give_up_deferrals", {"now": NOW, "again_at": NOW}
    yield "survey", {"owner": 1, "most": 51}
    yield "keep_interaction", {"of": [1], "by": 1}
    yield "forget_interactions", {"before": 1}
    yield "put_reset", {"of": [SERVER, PERSON], "by": 1, "at": NOW}
    yield "lift_block", {"of": [SERVER, PERSON], "now": NOW}
    document = SettingsDocument(document={}, version=1)
    yield "save_settings", {"of": [SERVER, document], "by": 1, "at": NOW}
    yield "audit", {"of": [SERVER], "limit": 10}
    yield "opened_at", {"of": [QUIET, PERSON], "back": 3}
    yield "presets", {"server_id": SERVER, "user_id": PERSON}
    yield "change_audit", {"of": [old.audit], "details": "{}"}
    yield "is_owed", {"of": [PERSON], "asked_before": NOW}
    yield "unfinished", {"of": [PERSON], "asked_before": NOW}
    for trace in Trace:
        whose = Whose(before=NOW, user_id=PERSON)
        yield "walk", {"of": [trace, whose], "after": None, "limit": 100}
    for kind in Kept:
        yield "kept_of", {"of": [kind, PERSON], "after": None, "limit": 100}
    yield "blank_words", {"ended_before": LONG_AGO, "limit": 100}
    yield "blank_words", {"ended_before": LONG_AGO, "server_id": SERVER, "limit": 100}
    yield "audit_with_words", {"before": LONG_AGO, "server_id": None, "limit": 100}
    yield "audit_with_words", {"before": LONG_AGO, "server_id": SERVER, "limit": 100}
    yield "drop_boards", {"limit": 100, "changed_before": LONG_AGO}
    yield "drop_boards", {"limit": 100, "changed_before": LONG_AGO, "server_id": SERVER}
    seen = Aged(at=LONG_AGO, id="", server_id=1, key="")
    for old_kind in OldKind:
        for after in (None, seen):
            yield "aged", {"of": [old_kind], "before": NOW, "after": after, "limit": 100}
    yield "drop_videos", {"of": [[old.request]], "before": NOW + DAY}
    yield "drop_entries", {"of": [[old.audit]], "before": NOW}
    yield "drop_lines", {"of": [[old.post, f"board.{old.board}"]], "before": NOW}
    yield "drop_sums", {"before": LONG_AGO.date()}
    for is_alone in (True, False):
        step = {"since": NOW - DAY, "now": NOW, "is_alone": is_alone}
        yield "move_times", {"of": [1, timedelta(hours=1)], **step}
