"""Routes without their ids and tokens, so that they can be labels."""

from yarl import URL

METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
DEPTH = 8  # segments; a longer path is none that the bot calls
OTHER = "other"
# Whatever is no word of these is an id, a token or something unforeseen.
_WORDS = frozenset(
    {
        *("api", "v10", "gateway", "bot", "users", "@me", "channels", "guilds", "members", "roles"),
        *("messages", "@original", "threads", "pins", "reactions", "bulk-delete", "attachments"),
        *("webhooks", "interactions", "callback", "applications", "commands", "permissions"),
        *("oauth2", "invites", "auto-moderation", "rules", "application-emojis", "emojis"),
        *("v1", "videos", "generations", "tasks", "credits"),
    }
)


def route_of(url: URL, base: URL | None) -> str:
    """The route below `base`; `other` for another host, such as one of files."""
    if base is None or url.host != base.host or url.port != base.port:
        return OTHER
    parts = [part for part in url.path.removeprefix(base.path.rstrip("/")).split("/") if part]
    if len(parts) > DEPTH:
        return OTHER
    return "/" + "/".join(part if part in _WORDS else "{id}" for part in parts)


def method_of(method: str) -> str:
    """The method, if it is one that the bot uses."""
    return method if method in METHODS else OTHER
