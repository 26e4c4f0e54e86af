"""Supervision (督办): leaders' instructions, the tickets that come of them, and the answers."""
