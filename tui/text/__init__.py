"""How text enters the window."""
