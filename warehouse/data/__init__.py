"""Databases that roles may ask: each behind a process of its own, and read-only by the database itself."""
