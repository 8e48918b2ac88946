"""What git says of an entry in a folder besides its name: what it is, and whether it can be run."""

PLAIN_MODE = "100644"
PROGRAM_MODE = "100755"
FOLDER_MODE = "40000"
LINK = "120000"
SUBMODULE = "160000"
_KIND, _FILE, _RUN = 0o170000, 0o100000, 0o100


def mode_of(content: bytes) -> str:
    """A new file that begins with `#!` is a program; nothing else says so here."""
    return PROGRAM_MODE if content.startswith(b"#!") else PLAIN_MODE


def is_folder(mode: str) -> bool:
    """Whether a mode is that of a folder; old programs wrote it with a zero before it."""
    return int(mode, 8) == int(FOLDER_MODE, 8)


def is_file(mode: str) -> bool:
    """Whether a mode is that of a file; old programs wrote more of its permissions."""
    return int(mode, 8) & _KIND == _FILE


def is_program(mode: str) -> bool:
    """Whether a file may be run."""
    return is_file(mode) and bool(int(mode, 8) & _RUN)
