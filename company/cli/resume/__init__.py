"""`softhouse resume`."""
