"""What commands and buttons call: each is a check, one transaction and a wake-up."""
