"""`softhouse run`, and what resume and fork share with it."""
