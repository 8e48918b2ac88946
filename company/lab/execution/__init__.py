"""Doing the jobs of a plan, here or on a cluster."""
