"""`softhouse model`."""
