"""What was recorded, as rows: tables of messages, calls, edits and events, and conversations as chats."""
