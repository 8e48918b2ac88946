"""`softhouse why`."""
