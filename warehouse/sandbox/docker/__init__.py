"""Sandboxes as hardened containers of a Docker engine."""
