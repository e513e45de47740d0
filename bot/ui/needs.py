"""What each button and form needs: one table; a verb that is missing here is never answered.

`bot.ui.access` checks it. What only the requester, a board's owner or a moderator may do is checked
in the act's own transaction."""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from bot.ui.items import Verb


class About(StrEnum):
    """What a subject names, and so where a press belongs."""

    NOTHING = "nothing"
    FILM = "film"  # of this server and in a visible place, or in a DM to its requester
    PUBLIC_FILM = "public film"  # its prompt is public: posted, failed or lost
    POSTED_FILM = "standing film"  # posted, and still there
    BOARD = "board"  # of this channel
    DRAFT = "draft"  # an offered video, with the video or board it follows
    FORM = "form"  # another verb with its subject, whose needs apply
    MODERATORS = "moderators"  # a private message, or the present moderators' channel


class Need(Struct, frozen=True, kw_only=True):
    """The commands whose integration pages must admit the person, and other conditions."""

    commands: tuple[str, ...] = ()
    everywhere: bool = False  # it does not matter where the server allows the command
    writes: bool = False  # it shows someone's words in the channel
    about: About = About.NOTHING


_FREE = Need(
    about=About.FILM
)  # cancelling, muting and deleting one's own needs no permission that one can lose
_VIDEO = Need(commands=("video",), writes=True)
_REPEAT = Need(commands=("video",), writes=True, about=About.PUBLIC_FILM)
_TO_BOARD = Need(commands=("video", "storyboard"), writes=True, about=About.PUBLIC_FILM)
_BOARD = Need(commands=("storyboard",), about=About.BOARD)
_WRITE_BOARD = Need(commands=("video", "storyboard"), writes=True, about=About.BOARD)
_MODERATE = Need(commands=("moderate",), everywhere=True, about=About.MODERATORS)
_SETTINGS = Need(commands=("settings",), everywhere=True)
_SETUP = Need(commands=("settings", "limits"), everywhere=True)
_RULES = Need(commands=("rules",), everywhere=True)
_LIMITS = Need(commands=("limits",), everywhere=True)

NEEDS: Mapping[Verb, Need] = {
    Verb.AGAIN: _REPEAT,
    Verb.EDIT: _REPEAT,
    Verb.MORE: Need(about=About.FILM),
    Verb.DELETE: _FREE,
    Verb.DELETE_YES: _FREE,
    Verb.CANCEL: _FREE,
    Verb.QUIET: _FREE,
    Verb.NOTIFY: _FREE,
    Verb.SHOWCASE: Need(commands=("videos",), about=About.POSTED_FILM),
    Verb.VOTE: Need(commands=("videos",), about=About.POSTED_FILM),
    Verb.WHY: _FREE,
    Verb.SHOW: Need(commands=("videos",), about=About.POSTED_FILM),
    Verb.PAGE: Need(commands=("videos",)),
    Verb.SHOTS: _VIDEO,
    Verb.REWRITE: Need(about=About.FORM),
    Verb.FORM_AGAIN: Need(about=About.FORM),
    Verb.SETTINGS: _SETTINGS,
    Verb.SET: _SETTINGS,
    Verb.UNDO_SET: _SETTINGS,
    Verb.SETUP: _SETUP,
    Verb.SETUP_APPLY: _SETUP,
    Verb.SETUP_FILE: _SETUP,
    Verb.UNDO_SETUP: _SETUP,
    Verb.APPROVE: _MODERATE,
    Verb.CHEAPER: _MODERATE,
    Verb.CHEAPER_AS: _MODERATE,
    Verb.DENY: _MODERATE,
    Verb.APPROVE_MANY: _MODERATE,
    Verb.DENY_MANY: _MODERATE,
    Verb.TRUST: _MODERATE,
    Verb.DISTRUST: _MODERATE,
    Verb.TRUST_PERSON: _MODERATE,
    Verb.DISTRUST_PERSON: _MODERATE,
    Verb.REPORT: Need(about=About.FILM),  # whoever sees a video may report it
    Verb.DISMISS: _MODERATE,
    Verb.PURGE: _MODERATE,
    Verb.PURGE_YES: _MODERATE,
    Verb.DESK: _MODERATE,
    Verb.STAND: _MODERATE,
    Verb.HOLD: _MODERATE,
    Verb.RELEASE: _MODERATE,
    Verb.FIRST: _MODERATE,
    Verb.STOP: _MODERATE,
    Verb.BLOCK: _MODERATE,
    Verb.UNBLOCK: _MODERATE,
    Verb.PURGE_BLOCK: _MODERATE,
    Verb.COVER: _MODERATE,
    Verb.UNCOVER: _MODERATE,
    Verb.LIMIT_PERSON: _LIMITS,
    Verb.EXTRA: _LIMITS,
    Verb.RESET: _LIMITS,
    Verb.PAUSE: _MODERATE,
    Verb.GO_ON: _MODERATE,
    Verb.RESUME: Need(commands=("moderate",), everywhere=True),
    Verb.RULES_WRITE: _RULES,
    Verb.RULE_WRITE: _RULES,
    Verb.RULES_REWRITE: _RULES,
    Verb.RULES_ADD: _RULES,
    Verb.UNDO_RULES: _RULES,
    Verb.AUDIT: _MODERATE,
    Verb.AUDIT_FILE: _MODERATE,
    Verb.FORGET: Need(),  # one's own words, anywhere; the subject is the person
    Verb.SMALLER: Need(commands=("video",), writes=True, about=About.DRAFT),
    Verb.LIMITS: _LIMITS,
    Verb.UNDO_LIMIT: _LIMITS,
    Verb.BOARD_OPEN: Need(commands=("video", "storyboard"), writes=True),
    Verb.BOARD_ADD: _WRITE_BOARD,
    Verb.BOARD_SHOT: _BOARD,
    Verb.BOARD_EDIT: _WRITE_BOARD,
    Verb.BOARD_MOVE: _BOARD,
    Verb.BOARD_REMOVE: _BOARD,
    Verb.BOARD_MORE: _BOARD,
    Verb.BOARD_OPTIONS: _WRITE_BOARD,
    Verb.BOARD_LOCK: _BOARD,
    Verb.BOARD_HAND: _BOARD,
    Verb.BOARD_CLOSE: _BOARD,
    Verb.BOARD_BEST: _BOARD,
    Verb.BOARD_VOTE: _BOARD,
    Verb.BOARD_RENDER: _WRITE_BOARD,
    Verb.BOARD_TAKE: _WRITE_BOARD,
    Verb.BOARD_REWRITE: Need(about=About.FORM),
    Verb.BOARD_FROM: _TO_BOARD,
    Verb.NEXT_SHOT: _TO_BOARD,
    Verb.EXAMPLE: _VIDEO,
    Verb.FROM_MESSAGE: _VIDEO,
    Verb.PRESET_SAVE: Need(commands=("preset",)),
    Verb.PRESET_REWRITE: Need(commands=("preset",)),
}
