"""What goes into the image."""
