"""What people see: texts, cards, buttons, and the REST calls that put them on Discord."""
