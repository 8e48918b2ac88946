"""Products with a history, made at once, for tests of what is read from it."""

import os
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from warehouse.product.git.command import GitCommand
from warehouse.product.git.commits import compose, identity
from warehouse.product.product import Product

RUN = "20260102-030405-tips-abcd"


@dataclass(frozen=True)
class Made:
    """A commit to be made: the files it changes (None deletes one), by whom, at which step."""

    changes: Mapping[str, str | bytes | None]
    step: str = "1.coding/commit"
    title: str = "Coding"
    role: str = "programmer"
    body: str = ""
    run: str = RUN


def write_history(folder: Path, commits: Iterable[Made]) -> tuple[Product, list[str]]:
    """A product at `folder` with the commits, one after another, and their ids."""
    product = Product.create(folder)
    git = GitCommand(folder / ".git", is_ours=True)
    stream = b"".join(_commit(number, made) for number, made in enumerate(commits, 1))
    marks = folder / ".git" / "marks"
    git.run("fast-import", "--quiet", f"--export-marks={marks}", stdin=stream)
    shas = [line.split()[1] for line in marks.read_text().splitlines()]
    product.restore(shas[-1])
    return product, shas


def plain_git(folder: Path, *arguments: str) -> str:
    """The customer's own git, with a name and nothing else configured."""
    name = ["-c", "user.name=Jane Doe", "-c", "user.email=jane@example.org"]
    done = subprocess.run(
        ["git", *name, "-c", "protocol.file.allow=always", *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        check=True,
    )
    return done.stdout.decode(errors="surrogateescape")


def _commit(number: int, made: Made) -> bytes:
    trailers = {"Softhouse-Run": made.run, "Softhouse-Step": made.step, "Role": made.role}
    text = compose(f"{made.title}: change it\n\n{made.body}".strip(), trailers).encode()
    author = identity(made.role.title(), made.role)
    parts = [
        f"commit refs/heads/main\nmark :{number}\n".encode(),
        f"author {author} {1_700_000_000 + number} +0000\n".encode(),
        f"committer {author} {1_700_000_000 + number} +0000\n".encode(),
        _data(text),
    ]
    for path, content in made.changes.items():
        if content is None:
            parts.append(f'D "{path}"\n'.encode())
        else:
            data = content.encode() if isinstance(content, str) else content
            parts += [f'M 100644 inline "{path}"\n'.encode(), _data(data)]
    return b"".join(parts)


def _data(content: bytes) -> bytes:
    return f"data {len(content)}\n".encode() + content + b"\n"
