"""What people do to storyboards, as pure functions."""
