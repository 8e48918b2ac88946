"""How each kind of step is taken: the function `take` of the file called like the kind."""
