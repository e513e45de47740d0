"""What moderators do to people and films, and what waits for them."""
