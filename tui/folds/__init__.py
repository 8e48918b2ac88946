"""What the window shows of a run, each side of it a fold over the events."""
