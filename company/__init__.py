"""The house at work: companies, runs, conversations, deliverables, models."""
