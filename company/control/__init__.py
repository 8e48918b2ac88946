"""Reaching a company at work, from the process it works in or from any other."""
