"""Long lists of lines, of which only those that can be seen are made."""
