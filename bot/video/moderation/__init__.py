"""What moderators do to people and videos, and the decisions that wait for them."""
