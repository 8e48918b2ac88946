"""The conversation: a virtual list of messages, and what a reader does with it."""
