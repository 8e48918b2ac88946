"""What people are given of a study: tables to compute with, and one page to read."""
