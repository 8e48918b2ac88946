"""Secrets never leave in an error, a log line or a journal: whole, cut, or in another writing."""

import base64
import html
import json
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from urllib.parse import quote

HIDDEN = "[redacted]"
PIECE = 12
"""Characters of a secret that are hidden wherever they stand together; of a shorter one, all."""
DOUBT = 4
"""Characters that may begin a key, from which on a stream waits for more."""
SHORTEST = 4
SHORTEST_ENCODED = 8
"""Shorter ones are looked for as they are: their other writings are ordinary words."""
SHORTEST_IN_REPLIES = 16
"""Shorter ones are no keys of a provider, and may well be words that a reply needs."""

_LOWER = {capital: capital + 32 for capital in range(ord("A"), ord("Z") + 1)}
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
    text = _without(text, {secret for secret in secrets if secret and len(secret) >= SHORTEST})
    return _LOOKS_SECRET.sub(lambda m: f"{m['keep'] or m['url'] or ''}{HIDDEN}", text)


def redact_reply(text: str, secrets: Iterable[str]) -> str:
    """What a model said, without the keys that its provider was given; else it stays as it was said."""
    return _without(text, _keys_among(secrets))


class StreamRedactor:
    """The same for a reply that arrives in pieces, each of which may end within a key."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = _keys_among(secrets)
        self._beginnings = frozenset[str]().union(*map(_beginnings, self._secrets))
        self._longest = max(map(len, self._beginnings), default=0)
        self._held = ""
        self._done = 0
        """How much of what is held has been shown: fewer characters than raise a doubt."""

    def take(self, words: str, *, ended: bool = False) -> str:
        """What can be shown by now: all but what may be the beginning of a key, until it has ended."""
        self._held += words
        cut = len(self._held) if ended else len(self._held) - self._in_doubt()
        places = _places(self._held, self._secrets)
        cut = next((first for first, last in places if first < cut < last), cut)
        start, cut = self._done, max(cut, self._done)
        within = [(max(first, start), last) for first, last in places if start < last <= cut]
        shown = _hidden(self._held[:cut], within, start)
        kept = max(cut - DOUBT + 1, 0)
        self._held, self._done = self._held[kept:], cut - kept
        return shown

    def _in_doubt(self) -> int:
        tail = self._held[-self._longest :].translate(_LOWER) if self._longest else ""
        ends = (tail[at:] for at in range(len(tail) - DOUBT + 1))
        return next((len(end) for end in ends if end in self._beginnings), 0)


def _keys_among(secrets: Iterable[str]) -> set[str]:
    return {secret for secret in secrets if len(secret) >= SHORTEST_IN_REPLIES}


def _without(text: str, secrets: set[str]) -> str:
    return _hidden(text, _places(text, secrets))


def _hidden(text: str, places: list[tuple[int, int]], start: int = 0) -> str:
    parts, end = [], start
    for first, last in places:
        parts += [text[end:first], HIDDEN]
        end = last
    return "".join([*parts, text[end:]])


def _places(text: str, secrets: set[str]) -> list[tuple[int, int]]:
    """Where something of the secrets stands, from the first to the last."""
    lowered = text.translate(_LOWER)
    found = sorted(
        (at, at + length)
        for secret in secrets
        for length, pieces in _pieces(secret).items()
        for at in range(len(text) - length + 1)
        if lowered[at : at + length] in pieces
    )
    places: list[tuple[int, int]] = []
    for first, last in found:
        if places and first <= places[-1][1]:
            places[-1] = places[-1][0], max(last, places[-1][1])
        else:
            places.append((first, last))
    return places


@lru_cache(maxsize=64)
def _pieces(secret: str) -> dict[int, frozenset[str]]:
    """By their length, the pieces that give the secret away, in every form it may be written in."""
    pieces: dict[int, set[str]] = {}
    for form in _forms(secret):
        length = min(len(form), PIECE * len(form) // len(secret))
        whole = form.translate(_LOWER)
        pieces.setdefault(length, set()).update(
            whole[at : at + length] for at in range(len(whole) - length + 1)
        )
    return {length: frozenset(those) for length, those in pieces.items()}


@lru_cache(maxsize=8)
def _beginnings(secret: str) -> frozenset[str]:
    pieces = (piece for those in _pieces(secret).values() for piece in those)
    return frozenset(piece[:end] for piece in pieces for end in range(1, len(piece)))


def _forms(secret: str) -> Iterator[str]:
    yield secret
    if len(secret) < SHORTEST_ENCODED:
        return
    raw = secret.encode(errors="replace")
    yield secret[::-1]
    yield quote(secret, safe="", errors="replace")
    yield html.escape(secret)
    yield json.dumps(secret)[1:-1]
    yield raw.hex()
    yield "".join(f"%{byte:02x}" for byte in raw)
    yield "".join(rf"\x{byte:02x}" for byte in raw)
    yield "".join(rf"\u{ord(character):04x}" for character in secret)
    for before in range(3):
        yield from _in_base64(raw, before)


def _in_base64(raw: bytes, before: int) -> Iterator[str]:
    """What is the same of it in base64, in both alphabets, whatever stands around it."""
    first, last = -(-before * 8 // 6), (before + len(raw)) * 8 // 6
    padded = bytes(before) + raw
    yield base64.b64encode(padded).decode()[first:last]
    yield base64.urlsafe_b64encode(padded).decode()[first:last]
