"""From a line of a product to the commit, the role and the words behind it."""
