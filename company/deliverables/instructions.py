"""How a role should write its reply. Every phase's prompt ends with this: each word is paid for."""

import json
from collections.abc import Mapping

from company.deliverables.allowed import allowed
from company.deliverables.edits import DIVIDER, REPLACE, SEARCH
from company.deliverables.languages import DEFAULT_FILES, language_of
from phases.yields import FieldType, FilesYield, Yields

_EXAMPLES = {"str": '"…"', "bool": "true or false", "int": "0", "float": "0.0"}
_FILES = "Reply with files only, each as a heading with its path and the whole file in a block:"
_EDITS = (
    "Give only the files you change. For a small change of a long file, put edits in its block"
    f" instead; quote the old lines exactly:\n{SEARCH}\nold lines\n{DIVIDER}\nnew lines\n{REPLACE}"
)


def instructions(yields: Yields, example: str | None = None) -> str:
    """What to append to a phase's prompt; empty where any text will do.

    `example` is the path a file is shown with: small models tend to write just that file.
    """
    if yields.files is not None:
        return _about_files(yields.files, example)
    if yields.document is not None:
        return f"Reply with the whole text of {yields.document} and nothing else."
    fields = yields.decision or yields.verdict or yields.report
    return _about_fields(fields) if fields else ""


def _about_files(files: FilesYield, example: str | None) -> str:
    parts = [_FILES, _example_file(example or _usual_path(files))]
    if files.edits:
        parts.append(_EDITS)
    if files.only:
        parts.append(f"Write only {', '.join(files.only)}.")
    if files.at_most:
        parts.append(f"At most {files.at_most} file{'s' if files.at_most > 1 else ''}.")
    return "\n".join(parts)


def _usual_path(files: FilesYield) -> str:
    usual = [path for paths in DEFAULT_FILES.values() for path in paths]
    path = next((path for path in usual if allowed(path, files.only)), "")
    if not path and files.only:
        path = files.only[0].replace("**/", "").replace("**", "main").replace("*", "main")
    return path


def _example_file(path: str) -> str:
    language = language_of(path)
    return f"### {path}\n```{'' if language == 'text' else language}\n…\n```"


def _about_fields(fields: Mapping[str, FieldType]) -> str:
    inside = ", ".join(f'"{name}": {_example(kind)}' for name, kind in fields.items())
    return f"Reply with one JSON object and nothing else: {{{inside}}}"


def _example(kind: FieldType) -> str:
    if isinstance(kind, str):
        return _EXAMPLES[kind]
    if isinstance(kind, list):
        return '["…"]'
    return " or ".join(json.dumps(word, ensure_ascii=False) for word in kind["one_of"])
