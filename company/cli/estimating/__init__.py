"""What a run is likely to take, as people read it."""
