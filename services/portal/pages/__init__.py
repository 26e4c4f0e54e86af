"""The pages, one module per subject. Each asks the services with the visitor's own token and decides nothing."""
