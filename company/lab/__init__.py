"""The lab: many runs at once, experiments on how companies collaborate, and what came of them."""
