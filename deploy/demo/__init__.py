"""``shangda demo``: three sites on private servers, one day of invented reports, seen as it happens."""
