"""Grafana's dashboards: written here as short panels, kept as the JSON that Grafana reads."""
