"""Draws what people see of videos. Pure: values in, an unsent view out.

Public messages use the server's language, private ones the reader's."""

from bot.ui.cards.boards import (
    board,
    board_panel,
    render_again,
    render_form,
    shortened_lines,
    shot_panel,
)
from bot.ui.cards.bulk import plan_card, rule_added, rule_removed, rules_added
from bot.ui.cards.failures import why
from bot.ui.cards.film import ShownClip, alt_text, delete_form, film, film_name, more
from bot.ui.cards.help import help_card
from bot.ui.cards.limits import (
    limit_changed,
    limit_line,
    limit_list,
    limit_replaced,
    usage_of,
    worst_case,
)
from bot.ui.cards.member import member_record
from bot.ui.cards.moderation import (
    cheaper_choice,
    deny_form,
    purge_block_about,
    purge_form,
    reason_for_all,
    report_form,
    trusted,
)
from bot.ui.cards.pauses import pauses
from bot.ui.cards.posts import drawn, films
from bot.ui.cards.presets import preset_list
from bot.ui.cards.purses import budget_help, budget_line, purse_lines
from bot.ui.cards.queue import queue_card, several_form
from bot.ui.cards.quota import amount_text, quota, quota_lines
from bot.ui.cards.reply import reply
from bot.ui.cards.rules import rule_hits, rule_list, rule_trial, trial_line
from bot.ui.cards.settings import (
    audit_page,
    channel_page,
    overview_page,
    setting_form,
    settings_page,
)
from bot.ui.cards.setups import setup_applied, setup_file, setup_plan
from bot.ui.cards.showcase import post_title, showcase
from bot.ui.cards.trail import audit_found, audit_rows, audit_table
from bot.ui.cards.usage import usage
from bot.ui.cards.videos import film_details, film_list, inbox

__all__ = [
    "ShownClip",
    "alt_text",
    "amount_text",
    "audit_found",
    "audit_page",
    "audit_rows",
    "audit_table",
    "board",
    "board_panel",
    "budget_help",
    "budget_line",
    "channel_page",
    "cheaper_choice",
    "delete_form",
    "deny_form",
    "drawn",
    "film",
    "film_details",
    "film_list",
    "film_name",
    "films",
    "help_card",
    "inbox",
    "limit_changed",
    "limit_line",
    "limit_list",
    "limit_replaced",
    "member_record",
    "more",
    "overview_page",
    "pauses",
    "plan_card",
    "post_title",
    "preset_list",
    "purge_block_about",
    "purge_form",
    "purse_lines",
    "queue_card",
    "quota",
    "quota_lines",
    "reason_for_all",
    "render_again",
    "render_form",
    "reply",
    "report_form",
    "rule_added",
    "rule_hits",
    "rule_list",
    "rule_removed",
    "rule_trial",
    "rules_added",
    "setting_form",
    "settings_page",
    "setup_applied",
    "setup_file",
    "setup_plan",
    "several_form",
    "shortened_lines",
    "shot_panel",
    "showcase",
    "trial_line",
    "trusted",
    "usage",
    "usage_of",
    "why",
    "worst_case",
]
