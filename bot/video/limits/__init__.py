"""Who may use how much: limits, allowances, budgets, and the room they leave."""
