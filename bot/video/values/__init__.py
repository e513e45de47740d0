"""Videos, posts, limits, settings and boards as frozen values, without any I/O."""
