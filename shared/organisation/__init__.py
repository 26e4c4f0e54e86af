"""Who is who, where, and what goes to whom: sites, offices, routes and review flows as versioned, validated data."""
