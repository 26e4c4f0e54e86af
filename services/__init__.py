"""The services of the suite, one folder each, with the same anatomy."""
