"""Videos, posts, limits, settings and boards as frozen values. Nothing here reads or writes."""
