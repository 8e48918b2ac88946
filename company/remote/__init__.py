"""All that another process may know of a company at work: commands, their mailbox, launching."""
