"""Benchmarks: our chain and hand-written floors measured in one run; only the ratios mean anything."""
