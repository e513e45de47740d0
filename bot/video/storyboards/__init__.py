"""What people do to the boards that a channel writes together."""
