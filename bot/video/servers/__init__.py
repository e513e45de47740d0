"""What a server decides for itself, who changed it, and what is kept of people's words."""
