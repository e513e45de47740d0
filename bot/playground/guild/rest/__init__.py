"""REST v10: one module a resource; each lists its routes as plain functions of state and call."""
