"""Boards that a channel writes together: the value, the door, the messages."""
