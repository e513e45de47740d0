"""What commands and buttons call: each door is a check, one transaction and a wake-up."""
