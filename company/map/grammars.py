"""The grammars of the map: for each ending of a file the parser of its language, and what in its syntax
defines a name. A language more is a line here and a file in `queries/`."""

import hashlib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import import_module, metadata
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Language, Query

QUERIES = Path(__file__).parent / "queries"


@dataclass(frozen=True)
class Grammar:
    """One language, loaded when a file of it is read for the first time."""

    definitions: str
    """The name of the file in `queries/`."""
    package: str
    names: tuple[str, ...]
    """The kinds of nodes that are names."""
    function: str = "language"

    @cached_property
    def language(self) -> "Language":
        from tree_sitter import Language

        return Language(getattr(import_module(self.package), self.function)())

    @cached_property
    def defining(self) -> "Query":
        """What finds definitions: each as `definition`, with its `name`."""
        from tree_sitter import Query

        return Query(self.language, self._query)

    @cached_property
    def naming(self) -> "Query":
        """What finds every name."""
        from tree_sitter import Query

        return Query(self.language, "".join(f"({kind}) @name\n" for kind in self.names))

    @cached_property
    def identity(self) -> str:
        """What changes with what it reads out of a file."""
        versions = [metadata.version(name) for name in ("tree-sitter", self.package)]
        about = [*versions, self.function, self._query, *self.names]
        return hashlib.sha256("\n".join(about).encode()).hexdigest()[:16]

    @cached_property
    def _query(self) -> str:
        return (QUERIES / f"{self.definitions}.scm").read_text(encoding="utf-8")


_OF_JAVASCRIPT = ("identifier", "property_identifier", "shorthand_property_identifier")
_PYTHON = Grammar("python", "tree_sitter_python", ("identifier",))
_JAVASCRIPT = Grammar("javascript", "tree_sitter_javascript", _OF_JAVASCRIPT)
_OF_TYPESCRIPT = (*_OF_JAVASCRIPT, "type_identifier")
_TYPESCRIPT, _TSX = (
    Grammar("typescript", "tree_sitter_typescript", _OF_TYPESCRIPT, f"language_{which}")
    for which in ("typescript", "tsx")
)
_GO = Grammar("go", "tree_sitter_go", ("identifier", "field_identifier", "type_identifier"))
_RUST = Grammar("rust", "tree_sitter_rust", ("identifier", "field_identifier", "type_identifier"))
_JAVA = Grammar("java", "tree_sitter_java", ("identifier", "type_identifier"))
GRAMMARS = {
    ".py": _PYTHON, ".pyi": _PYTHON,
    ".js": _JAVASCRIPT, ".jsx": _JAVASCRIPT, ".mjs": _JAVASCRIPT, ".cjs": _JAVASCRIPT,
    ".ts": _TYPESCRIPT, ".mts": _TYPESCRIPT, ".cts": _TYPESCRIPT, ".tsx": _TSX,
    ".go": _GO, ".rs": _RUST, ".java": _JAVA,
}  # fmt: skip


@lru_cache(maxsize=4096)
def grammar_of(path: str) -> Grammar | None:
    """The grammar of a file by its ending, if there is one."""
    return GRAMMARS.get(PurePosixPath(path).suffix.lower())
