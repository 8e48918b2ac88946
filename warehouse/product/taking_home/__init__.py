"""A run's change put into the customer's own folder: all of it or nothing, and nothing by force."""
