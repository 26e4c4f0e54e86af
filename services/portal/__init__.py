"""Portal (上达门户): accounts, sessions and appointments of a site, and the pages that people see. No business rule."""
