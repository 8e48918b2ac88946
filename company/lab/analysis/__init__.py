"""What the runs of a batch or an experiment say, how surely, and what they cannot say."""
