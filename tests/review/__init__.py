"""Tests of services/review."""
