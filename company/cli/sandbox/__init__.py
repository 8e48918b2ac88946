"""`softhouse sandbox`."""
