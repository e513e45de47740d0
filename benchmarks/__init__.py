"""What `make bench` runs: the bot beside a bare discord.py bot, measured in one run."""
