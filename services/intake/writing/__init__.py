"""What can be said about a text without any I/O: secrecy marks, figures, elements, vague words."""
