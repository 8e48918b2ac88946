"""Reading a run: clock, usage, steps, transcript, records of many."""
