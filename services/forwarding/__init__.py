"""Forwarding (转报): carries every cross-office fact to the right office on the right site, and proves it."""
