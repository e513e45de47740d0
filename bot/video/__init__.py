"""The middle: plain Python about videos, people and limits. No Discord, HTTP, SQL or threads."""
