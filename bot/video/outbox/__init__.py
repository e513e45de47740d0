"""The messages that the bot owes: what they say, and where they go if Discord refuses them."""
