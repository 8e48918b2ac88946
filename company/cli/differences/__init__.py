"""Two runs side by side, as people and scripts read it."""
