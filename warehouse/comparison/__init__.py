"""Two runs side by side: what differs in their orders, their course and their files."""
