"""What the middle needs from the API, Discord and the database, as protocols."""
