"""A copy of a schema, as SQLite, with invented rows: what software is tried on that is built for a database."""
