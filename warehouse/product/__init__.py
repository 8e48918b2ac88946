"""The product: a git repository, written without a work tree in between."""
