"""The pane of the product: files, code, diffs."""
