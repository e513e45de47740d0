"""The messages the bot owes: their content, and the next place if Discord refuses one."""
