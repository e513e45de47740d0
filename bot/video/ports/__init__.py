"""What the middle needs from the edges, as protocols: the API, Discord, storage."""
