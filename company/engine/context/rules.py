"""What a customer's project says of how it is worked on: AGENTS.md, CONTRIBUTING.md and their like.

They are the words of strangers. Roles read them as they read the program; nothing that the house may or may
not do depends on them.
"""

from collections.abc import Collection, Mapping

from company.engine.context.inspection import Inspection
from company.models.tokens import BYTES_PER_TOKEN, estimate_tokens
from phases.phase import Phase

RULES = "rules"
"""The section in which they are shown."""
NAMED = (
    "agents.md",
    "claude.md",
    "gemini.md",
    ".cursorrules",
    ".windsurfrules",
    ".github/copilot-instructions.md",
    "contributing.md",
    "contributing.rst",
    ".github/contributing.md",
    "docs/contributing.md",
)
"""Files that hold such rules, in small letters, those written for roles like ours first."""
MOST_TOKENS = 500
"""Of all of them together, estimated: each call of a tool has its role read them again."""
FEWEST_TOKENS = 50
"""Less of a file would only be its title."""


def rules_of(brought_in: Mapping[str, bytes] | None) -> dict[str, str]:
    """The rules in a customer's program by path, cut to what they may cost; the same text once."""
    found = {path.lower(): path for path in brought_in or () if path.lower() in NAMED}
    paths = [found[name] for name in NAMED if name in found]
    texts = Inspection({path: (brought_in or {})[path] for path in paths}).texts
    shown: dict[str, str] = {}
    left = MOST_TOKENS
    for path in paths:
        text = texts.get(path, "").strip()
        if not text or text in shown.values() or left < FEWEST_TOKENS:
            continue
        shown[path] = text = _cut(text, left)
        left -= estimate_tokens(text)
    return shown


def price_of_rules(rules: Mapping[str, str], phases: Collection[Phase]) -> str:
    """Which rules are shown to whom, and what that costs, in a sentence; empty where none are."""
    readers = [phase.title for phase in phases if RULES in phase.sees]
    if not rules or not readers:
        return ""
    tokens = sum(map(estimate_tokens, rules.values()))
    return (
        f"What the project says of how it is worked on ({', '.join(rules)}) is shown to "
        f"{', '.join(readers)}: about {tokens:,} tokens each time."
    )


def _cut(text: str, tokens: int) -> str:
    """The first lines of a text that cost no more than that."""
    if estimate_tokens(text) <= tokens:
        return text
    whole = text.encode()[: tokens * BYTES_PER_TOKEN - 4].decode(errors="ignore")
    lines = whole.rpartition("\n")[0]
    return f"{lines or whole} …"
