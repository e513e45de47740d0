"""Placeholder videos made from a prompt: drifting lights, captions and quiet music."""
