"""The window: a Textual view that reads journals and never imports the engine."""
