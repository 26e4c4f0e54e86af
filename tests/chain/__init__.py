"""One report through several services."""
