"""The whole-window views: the run browser, a run, and what opens over them."""
