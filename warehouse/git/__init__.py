"""git, used so that nothing of anybody else's is obeyed: products are made and kept with it."""
