"""Git, as far as products need it, with nothing of theirs run."""
