"""The pane that shows what the run leaves behind: output, commits, events, costs, limits."""
