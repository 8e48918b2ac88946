"""The ways a run is shown while it goes on: live, as lines, as JSON."""
