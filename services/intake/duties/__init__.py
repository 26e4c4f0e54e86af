"""Awareness (获知) and telephone reports (电话报告): what a unit knew, and whom it called."""
