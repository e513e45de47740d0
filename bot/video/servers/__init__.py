"""What a server decides for itself, and who changed it."""
