"""How many runs are made side by side where nothing is said; for help, too, which loads nothing."""

AT_ONCE = 8
EMBEDDED = 1
"""Of a model in this process, which serves one after the other: more would only wait for each other."""
