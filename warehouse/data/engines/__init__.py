"""What is asked: each engine opens its database so that the database refuses to be written."""
