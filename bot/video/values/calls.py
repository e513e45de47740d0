"""Whom a server calls when a video waits for its moderators, and at which hours nobody is."""

from datetime import UTC, datetime, timedelta

from msgspec import Struct

DAY = timedelta(days=1)


class Calls(Struct, frozen=True, kw_only=True):
    """The role to ping; quiet hours are set only if both ends are, and differ."""

    role: int | None = None
    quiet_from: int | None = None  # hour of the day
    quiet_to: int | None = None
    utc_offset: int = 0  # hours that these are ahead of UTC

    def quiet_until(self, now: datetime) -> datetime | None:
        """When the quiet hours of this moment end; None outside of them."""
        begins, ends = self.quiet_from, self.quiet_to
        if begins is None or ends is None or begins == ends:
            return None
        offset = timedelta(hours=self.utc_offset)
        local = now.astimezone(UTC) + offset
        is_quiet = begins <= local.hour < ends
        if begins > ends:  # over midnight
            is_quiet = local.hour >= begins or local.hour < ends
        if not is_quiet:
            return None
        end = local.replace(hour=ends, minute=0, second=0, microsecond=0)
        return (end if end > local else end + DAY) - offset
