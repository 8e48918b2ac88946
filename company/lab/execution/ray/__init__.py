"""Doing the jobs of a plan on a Ray cluster."""
