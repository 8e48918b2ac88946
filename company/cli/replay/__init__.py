"""`softhouse replay`."""
