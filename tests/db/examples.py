"""One example of each value that statements store."""

from benchmarks.finished import CHANNEL, PERSON, SERVER
from bot.video.values.boards import Board
from bot.video.values.deferrals import Deferral
from bot.video.values.limits import Grant, Limit, Measure, Subject, Window
from bot.video.values.moderation import Block, PromptRule, RuleAction
from bot.video.values.options import PresetOptions
from bot.video.values.posts import Post, PostKind, PostState, Rung
from bot.video.values.presets import Preset
from bot.video.values.videos import State, VideoRequest, VideoSpec, VideoTask
from tests.db.conftest import NOW

TASK, REQUEST = "tnewtask000000000000", "rnewtask000000000000"


def a_request() -> VideoRequest:
    return VideoRequest(
        id=REQUEST,
        server_id=SERVER,
        channel_id=CHANNEL,
        user_id=PERSON,
        locale="en-GB",
        server_locale="en-GB",
        created_at=NOW,
        spec=VideoSpec(prompt="a fox"),
    )


def a_task() -> VideoTask:
    return VideoTask(
        id=TASK,
        request_id=REQUEST,
        server_id=SERVER,
        user_id=PERSON,
        state=State.QUEUED,
        price=270_000,
        created_at=NOW,
    )


def a_post(task_id: str) -> Post:
    return Post(
        id="new",
        kind=PostKind.REPLY,
        state=PostState.DUE,
        rung=Rung.TOKEN,
        nonce="new",
        task_id=task_id,
    )


def a_deferral() -> Deferral:
    return Deferral(
        interaction_id=1, application_id=1, token="", token_until=NOW, locale="en-GB", due_at=NOW
    )


def a_limit() -> Limit:
    return Limit(
        id="l",
        server_id=SERVER,
        subject=Subject.EVERYONE,
        subject_id=0,
        measure=Measure.FILMS,
        window=Window.DAY,
        amount=1,
        set_by=1,
        set_at=NOW,
    )


def a_grant() -> Grant:
    return Grant(
        id="g",
        server_id=SERVER,
        user_id=PERSON,
        measure=Measure.FILMS,
        amount=1,
        reason="",
        given_by=1,
        given_at=NOW,
    )


def a_block() -> Block:
    return Block(
        server_id=SERVER, user_id=PERSON, until=None, reason="", blocked_by=1, blocked_at=NOW
    )


def a_rule() -> PromptRule:
    return PromptRule(
        id="u",
        server_id=SERVER,
        name="a",
        pattern="a",
        is_pattern=False,
        action=RuleAction.LOG,
        set_by=1,
        set_at=NOW,
    )


def a_board() -> Board:
    return Board(
        id="b",
        server_id=SERVER,
        channel_id=CHANNEL,
        opener_id=PERSON,
        title="",
        locale="en-GB",
        created_at=NOW,
        changed_at=NOW,
        options=VideoSpec(prompt=""),
    )


def a_preset() -> Preset:
    return Preset(
        id="p", server_id=SERVER, user_id=0, name="a", options=PresetOptions(), saved_at=NOW
    )
