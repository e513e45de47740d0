"""What a process reads of all rows, again and again."""

from typing import Protocol

from bot.video.values.surveys import Survey


class SurveyBooks(Protocol):
    """Surveys."""

    def survey(self, *, owner: int | None = None, most: int = 0) -> Survey:
        """The posts that are due or being sent, for `owner` without those of tasks that another
        process drives; the queue messages; and all queued tasks, if there are at most `most`."""
        ...
