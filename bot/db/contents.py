"""The contents of posts as JSON; `{}` is a kind's content without any facts.

Unreadable contents are logged, and their message then has no content."""

import logging

import msgspec

from bot.video.values.contents import (
    AnyContent,
    ApprovalContent,
    Content,
    FilmContent,
    Nothing,
    QueueContent,
    Report,
    ReportContent,
    ShowcaseContent,
)
from bot.video.values.posts import PostKind

log = logging.getLogger(__name__)

_DECODER: msgspec.json.Decoder[AnyContent] = msgspec.json.Decoder(AnyContent)
_EMPTY: dict[PostKind, Content] = {
    PostKind.FILM: FilmContent(),
    PostKind.SHOWCASE: ShowcaseContent(),
    PostKind.APPROVAL: ApprovalContent(),
    PostKind.REPORT: ReportContent(),
    PostKind.QUEUE: QueueContent(),
}
_NOTHING = Nothing()


def written(content: Content) -> str:
    """A content as stored."""
    return "{}" if content == _NOTHING else msgspec.json.encode(content).decode()


def read_content(text: str, kind: PostKind) -> Content:
    """The content of a message of this kind."""
    if text != "{}":
        try:
            return _DECODER.decode(text)
        except msgspec.DecodeError as error:
            log.error("Cannot read the content of a message (%s): %s", kind, error)
    return _EMPTY.get(kind, _NOTHING)


def part_by(user_id: int) -> str:
    """The text with which a stored report by this person begins."""
    report = msgspec.json.encode(Report(by=user_id, reason="")).decode()
    return report.removesuffix('"reason":""}')


def reports_of(text: str, user_id: int) -> list[Report]:
    """A person's reports on a report card."""
    content = read_content(text, PostKind.REPORT)
    reports = content.reports if isinstance(content, ReportContent) else ()
    return [each for each in reports if each.by == user_id]
