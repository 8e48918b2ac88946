"""What the lab does with a delivered product in the sandbox."""
