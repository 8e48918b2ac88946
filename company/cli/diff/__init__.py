"""`softhouse diff`."""
