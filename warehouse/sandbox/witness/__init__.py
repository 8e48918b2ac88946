"""Witnesses open what was made and look: each file or folder knows one kind of product."""
