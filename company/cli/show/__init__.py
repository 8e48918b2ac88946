"""`softhouse show`."""
