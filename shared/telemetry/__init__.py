"""Metrics, logs and traces: set-up, and the trace context that travels with events."""
