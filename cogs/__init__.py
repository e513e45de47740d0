"""The commands and buttons people use, one file per feature; `bot.client` loads them by name."""
