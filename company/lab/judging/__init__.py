"""Programs of two conditions side by side, before a model that does not know whose they are."""
