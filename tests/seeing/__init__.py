"""What operators see of a real city: traces, dashboards, alerts."""
