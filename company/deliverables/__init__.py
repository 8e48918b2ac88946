"""Deliverables: what a phase yields, read from replies that are never taken on trust."""
