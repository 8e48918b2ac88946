"""Tools: what a role can do besides talking. A tool is a file here and a line in the registry."""
