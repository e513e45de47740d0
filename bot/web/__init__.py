"""The web server: callbacks, health, films too big to upload. Binds where the operator says."""
