"""The commands and buttons people use, one file a feature; loaded by name by `bot.client`."""
