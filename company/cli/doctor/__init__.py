"""`softhouse doctor`."""
