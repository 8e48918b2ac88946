"""The house at work: companies, runs, conversations, deliverables, models. The name in Python is softhouse."""
