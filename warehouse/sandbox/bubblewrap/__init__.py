"""Sandboxes of Linux namespaces, made by `bwrap`."""
