"""Cards: the YAML of roles, phases, chains and companies — found, read, checked, and frozen."""
