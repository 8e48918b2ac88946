"""From an experiment's file to a plan of jobs."""
