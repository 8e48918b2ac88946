"""The warehouse: what is kept (journal, product, runs) and where generated code runs (sandbox)."""
