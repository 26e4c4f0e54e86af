"""Documents that are made from the code of several rooms and services."""
