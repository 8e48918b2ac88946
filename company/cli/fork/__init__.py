"""`softhouse fork`."""
