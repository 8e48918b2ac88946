"""Figures and lines as people read them."""
