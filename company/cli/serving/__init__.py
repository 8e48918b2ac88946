"""The window in a browser on this machine, and nobody else's."""
