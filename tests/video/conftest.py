"""The middle on a real database, for all its tests."""

from tests.video.harness import announcer, api, clock, films, harness, start

__all__ = ["announcer", "api", "clock", "films", "harness", "start"]
