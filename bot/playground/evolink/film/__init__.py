"""Films made of a prompt alone: painted landscapes, captions and quiet music."""
