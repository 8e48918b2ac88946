"""A person at a run: it is begun or taken up as they wished, watched, answered, handed over."""
