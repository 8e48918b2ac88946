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
    """Make the git directory of a work tree that lies around it, or what is wanting of one.

    A power loss may have taken whole folders, or what was in the files. Raises OSError.
    """
    for folder in FOLDERS:
        (path / folder).mkdir(parents=True, exist_ok=True)
    for name, text in FILES.items():
        file = path / name
        if not file.exists() or not file.read_bytes().strip(b"\0"):
            file.write_text(text)
