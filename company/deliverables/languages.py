"""What the language of a fence says: which files are written in it, or that it is no file."""

from pathlib import PurePosixPath

from warehouse.sandbox.stacks.cards import stacks

_PROGRAMS = {name: rule for stack in stacks().values() for name, rule in stack.languages.items()}
"""The languages that programs are written in, which their stacks know."""

EXTENSIONS: dict[str, tuple[str, ...]] = {
    **{name: rule.suffixes for name, rule in _PROGRAMS.items()},
    "css": (".css",),
    "json": (".json",),
    "yaml": (".yaml", ".yml"),
    "toml": (".toml",),
    "ini": (".ini", ".cfg", ".conf"),
    "sql": (".sql",),
    "xml": (".xml", ".svg"),
    "markdown": (".md", ".markdown"),
    "shell": (".sh", ".bash", ".zsh", ".fish", ".bat", ".cmd", ".ps1"),
    "text": (".txt", ".md", ".csv", ".rst", ".cfg", ".ini"),
}
ALIASES: dict[str, str] = {
    **{alias: name for name, rule in _PROGRAMS.items() for alias in rule.aliases},
    "pycon": "text", "yml": "yaml", "md": "markdown",
    "sh": "shell", "bash": "shell", "zsh": "shell", "console": "shell", "shell-session": "shell",
    "shellsession": "shell", "terminal": "shell", "powershell": "shell", "ps1": "shell",
    "bat": "shell", "cmd": "shell", "batch": "shell", "fish": "shell",
    "txt": "text", "plaintext": "text", "plain": "text", "output": "text", "log": "text",
    "cfg": "ini", "conf": "ini", "jsonc": "json", "patch": "diff", "svg": "xml",
}  # fmt: skip

DEFAULT_FILES: dict[str, tuple[str, ...]] = {
    next(iter(stack.languages)): stack.usual_files for stack in stacks().values()
}
"""Where a block without a name goes, in this order of preference, when the phase may write it."""

CODE = frozenset({*_PROGRAMS, "css"})
"""Languages whose files are code; the rest of a product is data and documents."""

NAMELESS = frozenset({
    "Makefile", "Dockerfile", "Containerfile", "Procfile", "LICENSE", "README", "CHANGELOG",
    "AUTHORS", "CODEOWNERS", "NOTICE", "Gemfile", "Rakefile", "Pipfile", "Jenkinsfile",
    "Vagrantfile", "Justfile", "justfile", "Caddyfile", "gradlew", "mvnw",
})  # fmt: skip
"""File names without an extension that are still recognised as file names."""


def canonical(language: str) -> str:
    """`py`, `Python3` and `python` are one language; an unknown one is kept in lower case."""
    plain = language.strip().lower()
    return ALIASES.get(plain, plain)


def suits(path: str, language: str) -> bool:
    """Whether a file at `path` may be written in `language`; unknown languages suit any file."""
    if language == "text":
        return not _written_as_code(path)
    return language not in EXTENSIONS or PurePosixPath(path).suffix.lower() in EXTENSIONS[language]


def language_of(path: str) -> str:
    """The language of the files with this path's extension, or an empty string."""
    suffix = PurePosixPath(path).suffix.lower()
    return next((name for name, suffixes in EXTENSIONS.items() if suffix in suffixes), "")


def _written_as_code(path: str) -> bool:
    return language_of(path) in CODE | {"json"}
