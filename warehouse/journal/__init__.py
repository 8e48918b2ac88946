"""The journal of a run: writing it, reading it, following it."""
