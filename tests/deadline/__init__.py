"""Tests of duties' clocks and verdicts."""
