"""Duties' clocks and verdicts (时限与认定): who owed what to whom until when, and whether it came in time."""
