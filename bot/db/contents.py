"""The contents of posts as JSON. `{}` is what a kind of message says without any.

What no version wrote is logged, and its message has the content of one that says nothing."""

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
)
from bot.video.values.posts import PostKind

log = logging.getLogger(__name__)

_DECODER: msgspec.json.Decoder[AnyContent] = msgspec.json.Decoder(AnyContent)
_EMPTY: dict[PostKind, Content] = {
    PostKind.FILM: FilmContent(),
    PostKind.APPROVAL: ApprovalContent(),
    PostKind.REPORT: ReportContent(),
    PostKind.QUEUE: QueueContent(),
}
_NOTHING = Nothing()


def written(content: Content) -> str:
    """A content as it is kept."""
    return "{}" if content == _NOTHING else msgspec.json.encode(content).decode()


def read_content(text: str, kind: PostKind) -> Content:
    """What a message of this kind says."""
    if text != "{}":
        try:
            return _DECODER.decode(text)
        except msgspec.DecodeError as error:
            log.error("A %s says what no version wrote: %s", kind, error)
    return _EMPTY.get(kind, _NOTHING)


def part_by(user_id: int) -> str:
    """The part of a kept content in which a report of this person begins."""
    report = msgspec.json.encode(Report(by=user_id, reason="")).decode()
    return report.removesuffix('"reason":""}')


def reports_of(text: str, user_id: int) -> list[Report]:
    """What a person reported, of a report's card."""
    content = read_content(text, PostKind.REPORT)
    reports = content.reports if isinstance(content, ReportContent) else ()
    return [each for each in reports if each.by == user_id]
