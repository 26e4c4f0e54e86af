"""The agencies' door: incident events that other agencies publish to the bus become signals (线索)."""
