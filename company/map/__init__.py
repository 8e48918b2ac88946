"""The map of a program that is too large to be shown: its files and symbols, the most telling first."""
