"""What people change about a video: cancel, mute or delete, each in one transaction.

Checks here whose video it is and who may moderate; owes the edits that follow."""

from collections.abc import Callable
from datetime import datetime

from msgspec import Struct

from bot.errors import Reason, Refusal
from bot.video.outbox import owed
from bot.video.outbox.change import leave_to_press
from bot.video.outbox.new_posts import reply_id
from bot.video.outbox.takes import remove, takes_of
from bot.video.ports.books import Books
from bot.video.servers.audit import Act
from bot.video.values.videos import State, VideoTask


class Person(Struct, frozen=True, kw_only=True):
    """The person who changes something, and when; `choose` picks letters for ids."""

    id: int
    may_moderate: bool = False
    now: datetime
    choose: Callable[[str], str]

    def record(self, books: Books, action: str, task: VideoTask) -> None:
        """Record in the audit what was done to somebody else's video."""
        if task.user_id != self.id:
            act = Act(server_id=task.server_id, by=self.id, now=self.now, choose=self.choose)
            act.record(books, action, user_id=task.user_id, task_id=task.id)


def find(books: Books, task_id: str) -> VideoTask:
    """A task by its id. Raises `Refusal`."""
    task = books.find_task(task_id)
    if task is None:
        raise Refusal("unknown_film", id=task_id)
    return task


def cancel(books: Books, task_id: str, person: Person) -> VideoTask:
    """Cancel a video, and leave its reply to the press. Raises `Refusal` if it was submitted, or
    is not theirs."""
    task = _theirs(find(books, task_id), person)
    is_own = task.user_id == person.id
    ended = owed.end_takes(
        books,
        task,
        owed.CANCELLABLE,
        State.CANCELLED,
        now=person.now,
        reason=Reason.CANCELLED if is_own else Reason.CANCELLED_BY_MODERATOR,
    )
    if ended is None:
        if all(each.is_over for each in takes_of(books, task)):
            raise Refusal("already_over")
        raise Refusal("too_late_to_cancel" if is_own else "too_late_to_cancel_theirs")
    person.record(books, "cancelled", task)
    _leave_reply(books, ended, person)
    return ended


def mute(books: Books, task_id: str, person: Person, *, muted: bool) -> VideoTask:
    """Turn the requester's ping off or on; only they may. Leaves the reply to the press."""
    task = find(books, task_id)
    if task.user_id != person.id:
        raise Refusal("not_yours")
    for each in takes_of(books, task):
        books.note(each.id, muted=muted)
    _leave_reply(books, task, person)
    return books.task(task_id)


def delete(books: Books, task_id: str, person: Person) -> VideoTask:
    """Owe the removal of a video's message and of the copies we keep, and note who asked. All takes
    of a request go together.

    Raises `Refusal` if someone has already done so."""
    task = _theirs(find(books, task_id), person)
    if task.deleted_by is not None:
        raise Refusal("already_deleted")
    remove(books, task, person.id, person.now)
    owed.redraw(books, task, person.now)
    person.record(books, "deleted", task)
    return books.task(task_id)


def _leave_reply(books: Books, task: VideoTask, person: Person) -> None:
    leave_to_press(books, reply_id(takes_of(books, task)[0].id), person.now)


def _theirs(task: VideoTask, person: Person) -> VideoTask:
    if not (task.user_id == person.id or person.may_moderate):
        raise Refusal("not_yours")
    return task
