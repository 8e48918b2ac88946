"""Language models: providers as data, one client, the embedded model."""
