"""The pane that shows the product: its files, their code, what a commit changed."""
