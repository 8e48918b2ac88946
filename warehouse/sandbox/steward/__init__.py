"""The program that is process 1 inside a sandbox: it keeps files and runs commands for the host.

This package stands alone (standard library only, nothing else of ours), because it runs inside.

Being process 1 of its own pid namespace is what makes it trustworthy: nothing inside can signal
it, being undumpable nothing can trace it, its `kill(-1)` reaches every other process at once, even
one that called setsid, even when no further process could be started, and the kernel ends
everything when it ends.
"""
