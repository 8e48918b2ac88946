"""`softhouse watch`."""
