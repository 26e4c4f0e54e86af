"""Intake: checks, acceptance, the way, what units knew, the agencies' door."""
