"""What the run browser shows: a glance at every run, in columns, sorted, filtered and grouped."""
