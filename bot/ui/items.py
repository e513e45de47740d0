"""Buttons that work forever: a button's meaning is in its `custom_id`, not in memory.

The cogs register what a press does in `bot.ui.router`; cards draw the buttons."""

import re
from enum import StrEnum
from typing import Any, Self, TypeVar

import discord
from discord.enums import ButtonStyle
from msgspec import Struct

from bot.video.values.videos import ID_LENGTH

MANY = 4  # ids of videos in the custom id of a form that an older version drew
CUSTOM_ID_LIMIT = 100  # characters; Discord, components reference


class Verb(StrEnum):
    """What a press or form asks for. Old messages contain these words: never rename them."""

    AGAIN = "again"  # make the same video again
    EDIT = "edit"  # the form for prompt and negative prompt, and its sending
    MORE = "more"  # what else can be done with a video, in private
    DELETE = "delete"  # asks first
    DELETE_YES = "delete-yes"  # the yes to that question
    CANCEL = "cancel"
    QUIET = "quiet"  # don't ping me
    NOTIFY = "notify"  # ping me after all
    SHOWCASE = "showcase"  # send a video to the server's showcase
    VOTE = "vote"  # vote for a take, or withdraw the vote
    WHY = "why"  # why a video failed
    SHOW = "show"  # one video of the list, in full
    PAGE = "page"  # a page of /videos list; the subject is its number, from 0, and the filters
    SHOTS = "shots"  # the form for one's own shots; the subject is the options
    REWRITE = "rewrite"  # reopen a form with the text that was refused
    FORM_AGAIN = "form-again"  # the same for a moderator's form; the subject is the form
    SETTINGS = "settings"  # a page of /settings; the subject is its name
    SET = "set"  # a setting chosen or typed; the subject is its path
    UNDO_SET = "undo-set"  # undo a change of settings; the subject is its audit entry
    SETUP = "setup"  # what a preset would change; the subject is the preset
    SETUP_APPLY = "setup-apply"  # the yes to that, or to a file
    SETUP_FILE = "setup-file"  # the settings and limits as a file
    UNDO_SETUP = "undo-setup"  # undo that yes; the subject is its audit entry
    APPROVE = "approve"  # approve a held video
    CHEAPER = "cheaper"  # offer the cheaper versions
    CHEAPER_AS = "cheaper-as"  # approve one of them; the subject says which
    DENY = "deny"  # the form for the reason, and its sending
    TRUST = "trust"  # approve a held video and all others of its requester
    DISTRUST = "distrust"  # undo that; the subject is the person
    TRUST_PERSON = "trust-person"  # from a member's card; the subject is the person
    DISTRUST_PERSON = "distrust-person"  # the same, to undo it
    APPROVE_MANY = "approve-many"  # the form to choose several, and its sending; the subject is 0
    DENY_MANY = "deny-many"  # the same, with a reason; in old forms the subject is their ids
    REPORT = "report"  # report a video: the form, and its sending
    DISMISS = "dismiss"  # keep a reported video
    PURGE = "purge"  # asks first
    PURGE_YES = "purge-yes"
    DESK = "desk"  # a page of the moderators' queue; the subject is its number, from 0
    STAND = "stand"  # pin the queue to the moderators' channel; the subject is 0
    HOLD = "hold"  # in the queue: make a video wait for a moderator
    RELEASE = "release"  # in the queue: approve it
    FIRST = "first"
    STOP = "stop"  # in the queue: cancel
    BLOCK = "block"  # the form for a block, and its sending; the subject is the person
    UNBLOCK = "unblock"  # the subject is the person
    PURGE_BLOCK = "purge-block"  # the form to remove a video and block its requester
    COVER = "cover"  # hide a video behind a spoiler
    UNCOVER = "uncover"  # show it again
    LIMIT_PERSON = "limit-person"  # the form for a person's limit, and its sending
    EXTRA = "extra"  # the form for a person's one-time extra, and its sending
    RESET = "reset"  # reset a person's usage
    PAUSE = "pause"  # pause videos; the subject is a channel, or 0 for the server
    GO_ON = "go-on"  # end that pause; the subject is the same
    RESUME = "resume"  # end it from a refusal, which stays; the subject is the same
    AUDIT = "audit"  # a page of /moderate audit; the subject is its number and the filters
    AUDIT_FILE = "audit-file"  # the audit as a file; the subject is the filters
    RULES_WRITE = "rules-write"  # the form for many words; the subject is the action
    RULES_ADD = "rules-add"  # the yes to adding a list; the subject is its source
    RULES_REWRITE = "rules-rewrite"  # open that form again with its text; the subject is the form
    RULE_WRITE = "rule-write"  # the form for one rule; the subject is its kind and action
    UNDO_RULES = "undo-rules"  # remove what a list added; the subject is its audit entry
    FORGET = "forget"  # the yes to /privacy forget; the subject is the person

    SMALLER = "smaller"  # the smaller video offered with a refusal; the subject is its draft
    LIMITS = "limits"  # a page of /limits show; the subject is its number, from 0
    UNDO_LIMIT = "undo-limit"  # undo a change of limits; the subject is its audit entry

    BOARD_OPEN = "board-open"  # the form of a refused /storyboard; the subject is what it was
    BOARD_ADD = "board-add"  # the form for new shots; the subject is the board
    BOARD_SHOT = "board-shot"  # a shot in full, and what can be done with it
    BOARD_EDIT = "board-edit"  # a shot's form; when sent, with the edition that was read
    BOARD_MOVE = "board-move"  # move a shot earlier or later
    BOARD_REMOVE = "board-remove"
    BOARD_MORE = "board-more"  # what can be done with the board
    BOARD_OPTIONS = "board-options"  # the form for the options; when sent, with what was read
    BOARD_LOCK = "board-lock"  # lock (1) or unlock (0)
    BOARD_HAND = "board-hand"  # the form that asks for the new owner
    BOARD_CLOSE = "board-close"
    BOARD_VOTE = "board-vote"  # vote for a take
    BOARD_BEST = "board-best"  # a select of the best take
    BOARD_RENDER = "board-render"  # ask with the price: shot for shot (s), or cut by the model (m)
    BOARD_TAKE = "board-take"  # the yes to that, with the version that was priced
    BOARD_REWRITE = "board-rewrite"  # reopen a refused form with its text
    BOARD_FROM = "board-from"  # a video's request as a board; the subject is the video
    NEXT_SHOT = "next-shot"  # a video's prompt as the next shot; the subject is the video
    EXAMPLE = "example"  # the form filled with an example of /help; the subject is its number
    PRESET_SAVE = "preset-save"  # the form of a preset; the subject is whose, and its options
    PRESET_REWRITE = "preset-rewrite"  # open that form again with its text
    FROM_MESSAGE = "from-message"  # the form for a new video; the subject is its options


_TASK_ID = f"[a-z0-9]{{{ID_LENGTH}}}"
_DRAFT = "[a-z0-9.]{1,40}"  # from `bot.ui.drafts`
_TRAIL = "[.][0-9a-z]{0,13}[.][a-z]{0,12}[.][0-9]{0,8}[.][0-9]{0,8}"
_RULE = "(?:word|pattern)[.](?:refuse|hold|log)"
_CHOICES = "(?:~[a-z_.]{1,30})?"
_SUBJECTS = {
    Verb.FORM_AGAIN: f"(?:deny|report|purge|purge-block):{_TASK_ID}{_CHOICES}"
    f"|(?:block|extra|limit-person):[0-9]{{1,20}}{_CHOICES}|deny-many:0|rule-write:{_RULE}",
    Verb.PAGE: "[0-9]{1,4}(?:(?:[.][0-9a-z]{0,13}){4}[.].{0,40})?",
    Verb.LIMITS: "[0-9]{1,4}",
    Verb.SHOTS: _DRAFT,
    Verb.REWRITE: f"edit:{_TASK_ID}(?:[.]{_DRAFT})?|(?:shots|from-message):{_DRAFT}",
    Verb.DESK: "[0-9]{1,4}",
    Verb.AUDIT: f"[0-9]{{1,4}}{_TRAIL}",
    Verb.AUDIT_FILE: _TRAIL,
    Verb.RULES_WRITE: "(?:refuse|hold|log)",
    Verb.RULE_WRITE: _RULE,
    Verb.RULES_REWRITE: "rules-write:(?:refuse|hold|log)",
    Verb.RULES_ADD: "(?:added|imported)",
    Verb.STAND: "0",
    Verb.PAUSE: "[0-9]{1,20}",
    Verb.GO_ON: "[0-9]{1,20}",
    Verb.RESUME: "[0-9]{1,20}",
    Verb.CHEAPER_AS: f"[a-z0-9]{{{ID_LENGTH}}}[.][0-9]{{1,2}}[.][0-9][.][0-9]",
    Verb.SETTINGS: "[a-z]{1,12}(?:-[0-9]{1,20})?",
    Verb.SET: "[a-z0-9_.]{1,64}",
    Verb.FORGET: "[0-9]{1,20}",
    Verb.DISTRUST: "[0-9]{1,20}",
    Verb.APPROVE_MANY: "0",
    Verb.DENY_MANY: f"(?:0|(?:[a-z0-9]{{{ID_LENGTH}}}){{1,{MANY}}})",
    Verb.SETUP: "(?:club|public|careful)",
    Verb.SETUP_APPLY: "(?:club|public|careful|file)",
    Verb.SETUP_FILE: "0",
    Verb.EXAMPLE: "[1-3]",
    Verb.PRESET_SAVE: f"[01]{{2}}[.]{_DRAFT}",
    Verb.PRESET_REWRITE: f"preset-save:[01]{{2}}[.]{_DRAFT}",
}
_PERSONS = (
    Verb.BLOCK,
    Verb.UNBLOCK,
    Verb.LIMIT_PERSON,
    Verb.EXTRA,
    Verb.RESET,
    Verb.TRUST_PERSON,
    Verb.DISTRUST_PERSON,
)
_SUBJECTS |= dict.fromkeys(_PERSONS, "[0-9]{1,20}")
_SHOT = f"[a-z0-9]{{{ID_LENGTH}}}[.][a-z0-9]{{{ID_LENGTH}}}"
_SUBJECTS |= {
    Verb.BOARD_SHOT: _SHOT,
    Verb.BOARD_EDIT: rf"{_SHOT}(?:[.]\d{{1,6}})?",
    Verb.BOARD_MOVE: f"{_SHOT}[.][el]",
    Verb.BOARD_REMOVE: _SHOT,
    Verb.BOARD_VOTE: _SHOT,  # a board and its take
    Verb.BOARD_OPTIONS: f"[a-z0-9]{{{ID_LENGTH}}}(?:[.][a-z0-9.]{{1,50}})?",
    Verb.BOARD_LOCK: f"[a-z0-9]{{{ID_LENGTH}}}[.][01]",
    Verb.BOARD_RENDER: f"[a-z0-9]{{{ID_LENGTH}}}[.][sm](?:[.][1-9])?",  # and how many takes
    Verb.BOARD_TAKE: rf"[a-z0-9]{{{ID_LENGTH}}}[.]\d{{1,9}}[.][sm]",
    Verb.BOARD_OPEN: f"[01][.]{_DRAFT}",
    Verb.BOARD_REWRITE: (
        "(?:board-open|board-add|board-edit|board-options|next-shot):[a-z0-9.]{1,69}"
    ),
    Verb.FROM_MESSAGE: _DRAFT,
}
_EVERY_VERB = "|".join(f"{verb}:(?:{_SUBJECTS.get(verb, _TASK_ID)})" for verb in Verb)
_PATTERN = re.compile(f"v1:(?:{_EVERY_VERB})")

V = TypeVar("V", bound=discord.ui.View | discord.ui.LayoutView)


class CustomId(Struct, frozen=True):
    """A verb and its subject, which is nearly always a task id."""

    verb: Verb
    subject: str

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read a `custom_id`; None for one that this bot never writes."""
        if len(text) > CUSTOM_ID_LIMIT or not _PATTERN.fullmatch(text):
            return None
        _, verb, subject = text.split(":", 2)
        return cls(Verb(verb), subject)

    def __str__(self) -> str:
        return f"v1:{self.verb}:{self.subject}"


class VerbButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=_PATTERN):
    """A button with a verb. `subject` is a task id, or for `Verb.PAGE` a page number.

    Raises ValueError for a subject that the verb does not accept.
    """

    def __init__(
        self,
        verb: Verb,
        subject: str,
        *,
        label: str,
        style: ButtonStyle = ButtonStyle.secondary,
        disabled: bool = False,
    ) -> None:
        custom_id = str(CustomId(verb, subject))
        if CustomId.parse(custom_id) is None:
            raise ValueError(f"{verb} takes no subject like {subject!r}")
        super().__init__(
            discord.ui.Button(label=label, style=style, disabled=disabled, custom_id=custom_id)
        )

    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction[Any],
        item: discord.ui.Item[Any],
        match: re.Match[str],
        /,
    ) -> Self:
        """Called by the library for a press, whichever process drew the button."""
        pressed = CustomId.parse(match.string)
        assert pressed is not None
        return cls(pressed.verb, pressed.subject, label=getattr(item, "label", None) or "\u200b")

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.client.front.router.route(interaction, self.custom_id)


def write_only(view: V) -> V:
    """Stop a view, so that the library stores nothing of it when it is sent.

    When a stored view that mixes plain buttons with dynamic items ends, it unregisters the dynamic
    items' class for the whole bot (discord.py 2.7.1, `ViewStore.remove_view`).
    """
    view.stop()
    return view
