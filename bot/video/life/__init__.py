"""The life of an accepted video, from its turn in the queue to its last message."""
