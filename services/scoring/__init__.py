"""Scoring (计分): append-only points from facts by versioned rules, and what is read from them."""
