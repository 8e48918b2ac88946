"""The lower pane: events, output, commits, cost, budget."""
