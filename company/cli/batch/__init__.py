"""`softhouse batch`, and what experiments share with it."""
