"""Why a video ended without a film: one word a task, beside the API's own code."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_APIS = {
    "policy": "content_policy_violation content_filter sensitive_content moderation_blocked "
    "input_moderation_failed",
    "rejected": "invalid_request invalid_parameter invalid_parameters unsupported_parameters "
    "invalid_media_url image_processing_error image_dimension_mismatch 400",
    "no_content": "generation_failed_no_content",
    "timeout": "generation_timeout",
    "busy": "rate_limit_exceeded resource_exhausted quota_exceeded 429",
    "trouble": "internal_error service_error service_unavailable no_available_channel "
    "model_unavailable channel_selection_failed 408 500 502 503 504",
    "credit": "insufficient_quota insufficient_user_quota quota_not_enough "
    "insufficient_token_quota key_quota_exhausted token_daily_quota_exceeded "
    "key_daily_quota_exhausted account_balance_insufficient 402",
    "key": "unauthorized model_access_denied permission_denied key_model_not_allowed key_disabled "
    "key_expired user_disabled invalid_token ip_restricted 401",
    "not_found": "task_not_found resource_not_found invalid_task_id 404",
    "cancelled_by_service": "request_cancelled",
    "unknown": "unknown_error paid_outcome_unknown idempotency_conflict failed",
}
# What stood in for a code where the API gave none.
_OURS = """cancelled cancelled_by_moderator denied approval_expired not_admitted restored withdrawn
outcome_unknown no_callback took_too_long refused_again rejected"""
_NO_CODES = [*_OURS.split(), "not_known_any_more", "failed"]


def upgrade() -> None:
    op.add_column("tasks", sa.Column("reason", sa.String(32)))
    reasons = {code: reason for reason, codes in _APIS.items() for code in codes.split()}
    reasons |= {word: word for word in _OURS.split()} | {"not_known_any_more": "not_found"}
    sorted_ = " ".join(f"WHEN '{code}' THEN '{reason}'" for code, reason in reasons.items())
    no_codes = ", ".join(f"'{each}'" for each in _NO_CODES)
    # A code never heard of is from before the API accepted a video, or about one that had begun.
    op.execute(
        f"""
        UPDATE tasks SET
            reason = CASE
                WHEN error_code = 'cancelled' AND remote_id IS NOT NULL THEN 'cancelled_by_service'
                ELSE COALESCE(
                    CASE lower(error_code) {sorted_} END,
                    CASE WHEN remote_id IS NULL THEN 'rejected' ELSE 'unknown' END
                )
            END,
            error_code = CASE WHEN error_code IN ({no_codes}) THEN '' ELSE error_code END
        WHERE state IN ('failed', 'cancelled', 'lost')
        """
    )
