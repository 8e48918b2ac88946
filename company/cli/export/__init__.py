"""`softhouse export`."""
