"""Working on a Ray cluster: a workshop on every node, and one place where everything is kept."""
