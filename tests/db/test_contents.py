"""What messages say comes back as it was written, also from before contents were tagged."""

import pytest

from bot.clock import SystemClock
from bot.db import open_store
from bot.db.contents import part_by, read_content, written
from bot.video.values.contents import (
    ApprovalContent,
    AuditContent,
    BlockedContent,
    BoardContent,
    BudgetContent,
    Decision,
    FilmContent,
    ModeratorsGoneContent,
    Nothing,
    OperatorContent,
    QueueContent,
    QueueRow,
    Report,
    ReportContent,
    UnblockedContent,
    Why,
)
from bot.video.values.posts import PostKind
from bot.video.values.videos import State
from tests.db.earlier import a_request_of_before, a_task_of_before, at_step, insert

# What messages said before their contents were tagged: kind, subject, content; and what they are.
THEN = [
    ("reply", "", "{}", PostKind.REPLY, Nothing()),
    ("film", "", "{}", PostKind.FILM, FilmContent()),
    ("film", "", '{"upload": false}', PostKind.FILM, FilmContent(is_too_large=True)),
    (
        "film", "", '{"unfetched": true, "gone": true, "hinted": true}', PostKind.FILM,
        FilmContent(is_unfetched=True, is_gone=True, is_hinted=True),
    ),
    (
        "film", "", '{"kept_at": "https://b/f.mp4", "unfetched": false, "purge": true}',
        PostKind.FILM, FilmContent(kept_at="https://b/f.mp4", is_purged=True),
    ),
    ("notice", "outcome", "{}", PostKind.OUTCOME, Nothing()),
    ("notice", "outcome", '{"hinted": true}', PostKind.OUTCOME, Nothing(is_hinted=True)),
    ("card", "approval", '{"why": "new"}', PostKind.APPROVAL, ApprovalContent(why=Why.NEW)),
    (
        "card", "approval",
        '{"why": "rule", "rule": "r", "words": "w", "decision": "denied", "by": 5}',
        PostKind.APPROVAL,
        ApprovalContent(
            why=Why.RULE, rule="r", words="w", decision=Decision.DENIED, decided_by=5
        ),
    ),
    (
        "card", "approval", '{"why": "rule", "rule": "r", "words": null}', PostKind.APPROVAL,
        ApprovalContent(why=Why.RULE, rule="r", is_costly=True),
    ),
    (
        "card", "report", '{"reports": [{"by": 1, "reason": "x"}], "dismissed_by": 9}',
        PostKind.REPORT, ReportContent(reports=(Report(by=1, reason="x"),), dismissed_by=9),
    ),
    (
        "card", "queue",
        '{"page": 1, "rows": [{"task": "t", "user": 2, "state": "held", "price": 3, "at": 4,'
        ' "words": "fox", "first": true}], "more": true, "locale": null}',
        PostKind.QUEUE,
        QueueContent(
            page=1, has_more=True,
            rows=(
                QueueRow(
                    task_id="t", user_id=2, state=State.HELD, price=3, asked_at=4, words="fox",
                    is_first=True,
                ),
            ),
        ),
    ),
    (
        "card", "queue", '{"closed": true, "locale": "es-ES"}', PostKind.QUEUE,
        QueueContent(is_closed=True, locale="es-ES"),
    ),
    ("card", "board.b1", "{}", PostKind.BOARD, BoardContent(board_id="b1")),
    (
        "card", "board.b1", '{"look": "abc", "at": 1.5}', PostKind.BOARD,
        BoardContent(board_id="b1", look="abc", at=1.5),
    ),
    (
        "notice", "audit.denied",
        '{"actor": 1, "user": 2, "task": "t", "locale": "es-ES", "reason": "no"}',
        PostKind.AUDIT,
        AuditContent(
            action="denied", actor=1, user=2, task="t", locale="es-ES", details={"reason": "no"}
        ),
    ),
    (
        "notice", "audit.denied", '{"actor": 1, "locale": null, "forgotten": true}',
        PostKind.AUDIT, AuditContent(action="denied", actor=1, is_forgotten=True),
    ),
    ("notice", "audit.refused", '{"purge": true}', PostKind.AUDIT, Nothing(is_purged=True)),
    (
        "notice", "person.blocked",
        '{"locale": "en-US", "server": "S", "until": 9.5, "reason": "r", "at": 2.0,'
        ' "hinted": true}',
        PostKind.PERSON,
        BlockedContent(
            locale="en-US", server="S", until=9.5, reason="r", at=2.0, is_hinted=True
        ),
    ),
    (
        "notice", "person.unblocked", '{"locale": "en-US", "server": "S", "at": 2.0}',
        PostKind.PERSON, UnblockedContent(locale="en-US", server="S", at=2.0),
    ),
    (
        "notice", "person.moderators_gone", '{"server": "S", "locale": "en-US"}',
        PostKind.PERSON, ModeratorsGoneContent(locale="en-US", server="S"),
    ),
    ("notice", "person.blocked", "{}", PostKind.PERSON, Nothing()),
    (
        "notice", "budget.share",
        '{"share": 50, "spent": 5, "budget": 10, "locale": null, "server": "1"}',
        PostKind.BUDGET, BudgetContent(share=50, spent=5, budget=10),
    ),
    ("notice", "operator.key", "{}", PostKind.OPERATOR, OperatorContent(cause="key")),
    (
        "notice", "operator.budget.spent",
        '{"share": 100, "spent": 5, "budget": 5, "locale": null, "server": "1"}',
        PostKind.OPERATOR,
        OperatorContent(
            cause="budget.spent", facts={"share": 100, "spent": 5, "budget": 5, "server": "1"}
        ),
    ),
]  # fmt: skip
# What no version wrote: the kind is still told, and nothing is made of the content.
STRANGE = [
    ("film", "", "no JSON", PostKind.FILM, FilmContent()),
    ("card", "report", '{"reports": 7}', PostKind.REPORT, ReportContent()),
    ("card", "queue", "[]", PostKind.QUEUE, QueueContent()),
    ("notice", "person.hugged", '{"locale": "en-US"}', PostKind.PERSON, Nothing()),
    ("notice", "audit.denied", '"x"', PostKind.AUDIT, Nothing()),
]


async def test_what_messages_said_before_the_upgrade_is_what_they_say_after_it(
    empty_url, connected, caplog
):
    connection, _ = at_step("0010", empty_url, connected)
    insert(connection, "requests", a_request_of_before())
    insert(connection, "tasks", a_task_of_before())
    then = {f"p{number:02}": row for number, row in enumerate(THEN + STRANGE)}
    for post_id, (kind, subject, content, *_) in then.items():
        row = {
            "id": post_id, "kind": kind, "state": "due", "rung": "channel", "nonce": post_id,
            "task_id": "t" if subject in ("", "outcome", "approval", "report") else None,
            "subject": subject, "content": content, "server_id": 1, "channel_id": 2, "user_id": 3,
            "attempts": 0, "is_doubted": False, "application_id": 0, "token": "",
        }  # fmt: skip
        insert(connection, "posts", row)

    async with open_store(empty_url, clock=SystemClock()) as store:
        now = {each: await store.tx(lambda books, each=each: books.post(each)) for each in then}

    said = {post_id: (post.kind, post.content) for post_id, post in now.items()}
    assert said == {post_id: tuple(row[3:]) for post_id, row in then.items()}
    complaints = [each for each in caplog.records if "Cannot read the content" in each.message]
    assert len(complaints) == len(STRANGE)


@pytest.mark.parametrize(("kind", "content"), [row[3:] for row in THEN])
def test_a_content_comes_back_as_it_was_written(kind, content):
    assert read_content(written(content), kind) == content


def test_a_person_is_found_in_the_reports_of_a_card_and_nobody_else():
    reason = 'quotes {"by":3,"reason":"x"} of others'
    kept = written(ReportContent(reports=(Report(by=1, reason=reason), Report(by=22, reason=""))))

    assert [each for each in (1, 2, 3, 11, 22) if part_by(each) in kept] == [1, 22]
