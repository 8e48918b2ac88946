"""The system calls that a program in a sandbox may make: one list, whoever built the walls."""
