"""The models that speak for the roles: providers as data, and one client for all of them."""
