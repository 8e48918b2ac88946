"""Phases and chains: the pieces of work and their order. YAML cards; `phase.py` and `chain.py` are their schema."""
