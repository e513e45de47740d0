"""The life of an accepted film, from its turn in the queue to its last message."""
