"""Forks: where they leave the shared past, what they change, and which spec holds when."""
