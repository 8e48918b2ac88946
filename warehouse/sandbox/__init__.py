"""Sandboxes: the only places where generated code runs."""
