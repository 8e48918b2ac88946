"""A customer's program on its way into a product: a folder of files, or a repository with its history."""
