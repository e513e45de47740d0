"""Stand-ins for the outside world: a local video API, a local Discord, and a page to use them."""
