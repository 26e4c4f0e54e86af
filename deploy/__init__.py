"""What operators touch: the command line, the local servers and the files that run a site."""
