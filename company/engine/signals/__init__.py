"""What a person or a program sends to a company at work."""
