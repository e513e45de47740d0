"""Reads several tasks at once: the account's list, and a batch by ids.

The public pages have neither; both follow Evolink's own clients. The list has no result links, and
its `processing` includes waiting tasks.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from bot.playground.evolink.replies import Json, listed
from bot.playground.evolink.tasks import Status, Task
from bot.playground.evolink.values import Fields, refuse

LARGEST_PAGE = 100
LARGEST_BATCH = 50
UNDER_WAY = (Status.PENDING, Status.PROCESSING)
FILTERS: Mapping[str, Sequence[Status]] = {
    "processing": UNDER_WAY,
    "completed": (Status.COMPLETED,),
    "failed": (Status.FAILED,),
    "cancelled": (Status.CANCELLED,),
}


def page(tasks: Iterable[Task], query: Mapping[str, str], now: datetime) -> Json:
    """`GET /v1/tasks`: newest first. Raises `Refused` naming the parameter."""
    number = _whole(query, "page", default=1, highest=10**6)
    size = _whole(query, "page_size", default=20, highest=LARGEST_PAGE)
    wanted = _statuses(query.get("status"))
    found = [task for task in reversed(list(tasks)) if task.status in wanted and _fits(task, query)]
    shown = found[(number - 1) * size : number * size]
    return {
        "data": [listed(task, now) for task in shown],
        "total": len(found),
        "page": number,
        "page_size": size,
    }


def batch(body: object) -> list[str]:
    """The ids that `POST /v1/tasks/batch` asks for, at most 50. Raises `Refused`."""
    if not isinstance(body, Mapping):
        raise refuse("the body must be a JSON object", None)
    ids = Fields(body).values.get("task_ids")
    is_list = isinstance(ids, list) and all(isinstance(each, str) for each in ids)
    if not is_list or not isinstance(ids, list) or not 1 <= len(ids) <= LARGEST_BATCH:
        raise refuse(f"task_ids must be a list of 1 to {LARGEST_BATCH} strings", "task_ids")
    return ids


def _statuses(name: str | None) -> Sequence[Status]:
    if not name:
        return tuple(Status)
    if name not in FILTERS:
        raise refuse(f"status must be one of {', '.join(FILTERS)}", "status")
    return FILTERS[name]


def _fits(task: Task, query: Mapping[str, str]) -> bool:
    is_of_type = query.get("type", "video") == "video"
    return is_of_type and query.get("model", task.submission.model) == task.submission.model


def _whole(query: Mapping[str, str], name: str, *, default: int, highest: int) -> int:
    text = query.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 9 and 1 <= int(text) <= highest):
        raise refuse(f"{name} must be a whole number from 1 to {highest}", name)
    return int(text)
