"""Why a line is there, as people and scripts read it."""
