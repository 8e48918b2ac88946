"""What is measured of a run: pure functions over its journal and its product."""
