"""What is shown of a run, each side of it a fold over its events."""
