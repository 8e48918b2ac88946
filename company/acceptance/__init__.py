"""Acceptance checks: what a customer tries out on a program, as data, and how it is tried in a sandbox."""
