"""Roles: who speaks. One YAML card each; `role.py` is their schema."""
