"""The web server: callbacks, health, and videos too big to upload."""
