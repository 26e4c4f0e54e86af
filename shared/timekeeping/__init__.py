"""Time made explicit: clocks that are handed in, civil days of Shanghai, limits, and the calendar of working days."""
