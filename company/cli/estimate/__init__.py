"""`softhouse estimate`."""
