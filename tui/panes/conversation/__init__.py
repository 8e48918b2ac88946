"""The talk of a run as blocks of text."""
