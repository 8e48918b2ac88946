"""Which step, role and words wrote a line."""
