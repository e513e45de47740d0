"""Who may use how much: limits, allowances, the budget, and the room they leave."""
