"""The product while it is worked on: commit, verify, merge, hand over."""
