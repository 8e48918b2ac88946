"""A line without what models write around a file's name: bullets, quotes, words such as `File:`, remarks."""

import re
from collections.abc import Iterator

_BULLET = re.compile(
    r"(?:[>#=\-–—•+~|*]+|\d{1,3}[.)、．])\s+|\d{1,3}[.)、．](?=[*`\"'])|#+(?=[`*\"'])"
)
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,80}>")
_LINK = re.compile(r"\[(?P<text>.{1,300})\]\((?:\./)?(?P=text)\)")
_PAIRS = (
    ("**", "**"), ("__", "__"), ("`", "`"), ('"', '"'), ("'", "'"), ("*", "*"), ("[", "]"),
    ("(", ")"), ("「", "」"), ("『", "』"), ("《", "》"), ("【", "】"), ("“", "”"), ("‘", "’"),
    ("（", "）"),
)  # fmt: skip
_REMARK = re.compile(
    r"(?i)(?<!\s)(?:\s*[\(（][^()（）]{0,60}[\)）]|\s*\[[^\]]{0,60}\]|\s+[-–—]+\s*(?:new|updated|modified|created))$"
)
_SYMBOLS = re.compile(r"[^\w\s.`*\"'/\\\[\](){}@$+_“‘「『《【（-]+\s*")
_ENDING = re.compile(r"(?<!\s)\s*[:：]$|(?<!\s)\s+[#=\-]+$|(?<!#)#+$")
_QUOTES = "`\"'“”‘’「」『』《》"
_BEFORE_COLON = re.compile(r"[^:：`\"/\\]{1,60}[:：](?!//)\s*(?=\S)")
_FILE_WORD = re.compile(
    r"(?i)(?:(?:new|updated|modified|complete|full|the)\s+)?"
    r"(?:(?:file\s?-?(?:name|path)?|path|module|script|filename|datei|dateiname|fichier|archivo|arquivo|файл)"
    r"\s*(?:\d+\s*)?[=\-]?[\s*`\"'\[]+|(?:文件路径|文件名?|路径|檔案|檔名|ファイル名?|파일명?)\s*)(?=\S)"
)
_FILE_COLON = re.compile(
    r"(?i)[\s*`]*(?:file\s?-?(?:name|path)?|path|文件路径|文件名?|路径|檔案|檔名|ファイル名?|파일명?)[\s*`]*[:：][\s*`]*[^\s*`]"
)
_PEELS = 8


def peelings(line: str) -> Iterator[tuple[str, bool, bool]]:
    """The line without more and more of what stands around a name; whether that was a quote, and
    whether a word such as `File:`."""
    text, quoted, called = _LINK.sub(r"\g<text>", _TAG.sub("", line)).strip(), False, False
    for _ in range(_PEELS):
        yield text, quoted, called
        shorter = _peeled(text)
        if shorter == text:
            return
        quoted = quoted or (text[0] in _QUOTES and text[-1] in _QUOTES)
        called = called or _FILE_COLON.match(text) is not None
        text = shorter


def _peeled(text: str) -> str:
    if match := _BULLET.match(text) or _SYMBOLS.match(text):
        return text[match.end() :].strip()
    if match := _ENDING.search(text):
        return text[: match.start()].strip()
    for left, right in _PAIRS:
        inner = text[len(left) : len(text) - len(right)]
        if inner and text.startswith(left) and text.endswith(right) and left not in inner:
            return inner.strip()
    if match := _FILE_WORD.match(text) or _BEFORE_COLON.match(text):
        return text[match.end() :].strip()
    if match := _REMARK.search(text):
        return text[: match.start()].strip()
    return text
