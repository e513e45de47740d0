"""The local video API's answers: tasks, credits and errors, in the documented shapes.

Sources: the model's reference page for the answer to a submit; `get-task-detail`, `get-credits` and
`error-codes` under https://docs.evolink.ai/en/api-manual for the rest. Evolink's own clients read
`billing` as proof of a refund.
"""

from datetime import UTC, datetime
from decimal import Decimal

from bot.playground.evolink.contract import UC_PER_CREDIT
from bot.playground.evolink.ledger import Charge, Ledger
from bot.playground.evolink.tasks import Status, Task
from bot.playground.evolink.values import Refused

Json = dict[str, object]


def accepted(task: Task) -> Json:
    """The answer to a submit: the new task."""
    return {
        "created": _unix(task.created),
        "id": task.id,
        "model": task.submission.model,
        "object": "video.generation.task",
        "progress": 0,
        "status": "pending",
        "task_info": {
            "can_cancel": True,
            "estimated_time": task.estimated_time,
            "video_duration": task.submission.duration,
        },
        "type": "video",
        "usage": _usage(task),
    }


def described(task: Task, origin: str, now: datetime) -> Json:
    """The answer to a query, and a callback's body; links start with `origin`."""
    body = accepted(task) | {
        "status": task.status.value,
        "progress": task.progress(now),
        "billing": _billing(task),
    }
    if not task.running:
        body["task_info"] = {"can_cancel": False, "video_duration": task.submission.duration}
    if task.status is Status.COMPLETED:
        body["results"] = [f"{origin}/files/{task.id}.mp4"]
    if task.failure is not None:
        body["error"] = {
            "code": task.failure.code,
            "message": task.failure.message,
            "type": "task_error",
        }
    return body


def listed(task: Task, now: datetime) -> Json:
    """A task as in the account's list: without its link."""
    return {
        "id": task.id,
        "status": task.status.value,
        "model": task.submission.model,
        "type": "video",
        "progress": task.progress(now),
        "created_at": _unix(task.created),
        "credits_used": float(task.charged),
        "has_results": task.status is Status.COMPLETED,
        "has_error": task.failure is not None,
    }


def credits(ledger: Ledger) -> Json:
    """The balance of the account and of the key, which are equal here; in credits, not UC."""
    amounts = {
        "remaining_credits": float(ledger.remaining),
        "used_credits": float(ledger.charged),
    }
    token = amounts | {"unlimited_credits": False}
    return {"success": True, "message": "", "data": {"user": amounts, "token": token}}


def refusal(refused: Refused) -> Json:
    return error(refused.code, str(refused), refused.kind, refused.param)


def error(code: str, message: str, kind: str, param: str | None = None) -> Json:
    """The documented error; `param` only if one field is to blame."""
    described: Json = {"code": code, "message": message, "type": kind}
    return {"error": described if param is None else described | {"param": param}}


def _usage(task: Task) -> Json:
    return {
        "billing_rule": "per_second",
        "credits_reserved": int(task.price * UC_PER_CREDIT),
        "user_group": "default",
    }


def _billing(task: Task) -> Json:
    entry = task.entry
    returned = entry.charge is Charge.RELEASED
    return {
        "refund_scope": "account_balance",
        "charge_status": entry.charge.value,
        "refund_status": "completed" if returned else "not_required",
        "reserved_credits": float(entry.credits),
        "charged_credits": float(task.charged),
        "refunded_credits": float(entry.credits if returned else Decimal(0)),
        "refunded_at": _iso(entry.released_at) if entry.released_at else None,
    }


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _unix(moment: datetime) -> int:
    return int(moment.timestamp())
