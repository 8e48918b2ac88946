"""Files that are committed with a program as they stand here."""
