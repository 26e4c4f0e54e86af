"""Who may do what: appointments valid at an instant, one table of acts, and the tokens that carry both."""
