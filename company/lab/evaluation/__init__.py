"""What is run on a delivered product: acceptance checks, imports, mutants."""
