"""No sandbox: this machine, for those who ask for it by name."""
