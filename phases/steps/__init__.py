"""Steps of chains: a file a kind, and the registry of them."""
