"""All runs of a folder."""
