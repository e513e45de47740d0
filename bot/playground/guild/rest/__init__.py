"""REST v10: one module per resource, which lists its routes as plain functions."""
