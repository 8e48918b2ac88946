"""Secrets never leave in an error or a log line."""

import re
from collections.abc import Iterable

HIDDEN = "[redacted]"

_LOOKS_SECRET = re.compile(
    r"""(?ix)
    (?P<keep> \b (?:bearer|basic) \s+ | \b (?:api[-_ ]?key|token|password|secret) \b ["']? \s* [:=] \s* ["']? )
    [^\s"',;&]{6,}
    | \b (?:sk|pk|rk|gsk|xai|hf|ghp|gho|github_pat|AKIA|AIza) [-_]? [A-Za-z0-9][A-Za-z0-9_\-*.]{10,}
    | (?P<url> https?:// ) [^/\s:@]+ : [^/\s@]+ @
    """
)


def redact(text: str, secrets: Iterable[str | None] = ()) -> str:
    """The text without the given secrets and without anything that looks like a key."""
    for secret in sorted({s for s in secrets if s and len(s) > 3}, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return _LOOKS_SECRET.sub(lambda m: f"{m['keep'] or m['url'] or ''}{HIDDEN}", text)
