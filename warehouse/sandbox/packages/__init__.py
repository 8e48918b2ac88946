"""The way to packages from a box without a network: what is passed on, from where, and what is not."""
