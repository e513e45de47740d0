"""The embedded defaults: a local video API, a local Discord and the page to try both on."""
