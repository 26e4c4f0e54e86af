"""The way (去向) of a report, seen from its origin: a projection of what other offices stated."""
