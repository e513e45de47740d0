"""What the bot keeps about people, for how long, and how they export or delete it."""
