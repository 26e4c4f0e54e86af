"""Each office's case on a report: reviewed, signed, returned, held, rewritten; the original travels unaltered."""
