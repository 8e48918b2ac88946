"""A new, empty git directory: branch `main`, no hooks, no template, SHA-1.

Written as `git init` writes it, without a process: a thousand companies begin at once.
"""

from pathlib import Path

FOLDERS = ("objects/info", "objects/pack", "refs/heads", "refs/tags")
FILES = {
    "HEAD": "ref: refs/heads/main\n",
    "config": "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n",
}


def make_git_dir(path: Path) -> None:
    """Make the git directory of a work tree that lies around it. Raises OSError."""
    path.mkdir()
    for folder in FOLDERS:
        (path / folder).mkdir(parents=True)
    for name, text in FILES.items():
        (path / name).write_text(text)
