"""Plain-text accounting: a journal of postings, and the balances that come of it."""
