"""Publications of the offices here: which reports were used, in which issue, and by whom they came (编发)."""
