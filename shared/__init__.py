"""Rooms that the third service needed; see docs/architecture.md for what each room holds."""
