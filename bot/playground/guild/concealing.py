"""Hides others' messages from a bot that lacks the intent for message content.

https://docs.discord.com/developers/events/gateway#message-content-intent"""

from typing import Any

HIDDEN: dict[str, Any] = {"content": "", "embeds": [], "components": [], "attachments": []}
Body = dict[str, Any]


def without_words(body: Body, bot_id: int) -> Body:
    """The message without hidden content, and likewise the message it answers or forwards.

    The bot's own messages, and those that mention it, stay readable.
    """
    shown = body if _concerns(body, str(bot_id)) else _hidden(body)
    if shown.get("referenced_message"):
        answered = without_words(shown["referenced_message"], bot_id)
        shown = {**shown, "referenced_message": answered}
    return shown


def _concerns(body: Body, bot: str) -> bool:
    return bool(body["author"]["id"] == bot or any(one["id"] == bot for one in body["mentions"]))


def _hidden(body: Body) -> Body:
    shown = {**body, **HIDDEN}
    if "message_snapshots" in shown:
        passed_on = [{"message": {**one["message"], **HIDDEN}} for one in body["message_snapshots"]]
        shown["message_snapshots"] = passed_on
    return shown
