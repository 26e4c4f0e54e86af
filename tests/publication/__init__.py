"""Tests of services/review/publication."""
