"""What a phase may see, in sections trimmed to the model's window."""
