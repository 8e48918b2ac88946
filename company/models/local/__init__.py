"""The embedded model: its weights, how they are fetched, and the server inside this process."""
