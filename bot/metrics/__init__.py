"""Metrics for Prometheus. Only loaded where METRICS_PORT is set."""
