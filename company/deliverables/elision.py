"""Whole files that are not whole: `# ... rest of the code ...`."""

import re

_COMMENT = re.compile(
    r"^\s*(?:#+|//+|\{?/\*+|<!--|--|;+|%+|\*)\s*(?P<said>.+?)\s*(?:\*+/\}?|-->)?\s*$"
)
_BARE = re.compile(
    r"^\s*(?P<said>[\[(<]?\s*(?:\.{3,}|…)\s+\w.*|[\[(<]\s*(?:the )?rest of .*[\])>])\s*$"
)
_REMINDER = re.compile(r"^(?:todo|note|fixme)\b[:\s]*")
_DOTS = re.compile(r"^[\[(<]?\s*(?:\.{3,}|…+)\s*[\[(]?|(?:\.{3,}|…+)[\])>]?\s*$")
_LEFT_OUT = re.compile(
    r"(?:keep |leave )?(?:the |your |all )*(?:rest|remainder|remaining)\b.*\b(?:code|file|program|script"
    r"|functions?|methods?|class(?:es)?|implementation|content|logic|unchanged|same|before|omitted)"
    r"|(?:your )?(?:existing|previous|original|other|same|unchanged) (?:code|functions?|methods?|imports"
    r"|class(?:es)?|content|implementation|logic|tests?|lines?)"
    r"|(?:code|content|implementation|everything)(?: else)? (?:is |remains? |stays? )?"
    r"(?:the same|unchanged|omitted|as before)"
    r"|(?:same|as) (?:as )?(?:before|above|in the original)|unchanged|omitted|no changes"
    r"|其余|其他|剩余|现有|原有|省略|同上|同前|保持不变|不变|残り|変更なし|나머지"
    r"|reste du|inchangé|(?:der )?rest des|restlicher|unverändert|resto de|sin cambios|restante d"
    r"|sem alterações|остальн|без изменений"
)
_PLAIN = re.compile(
    r"(?:(?:keep |leave )?(?:the )?(?:rest of (?:the |your |this )?(?:code|file|program|script)"
    r"|(?:your )?existing code|(?:code |content )?(?:remains |stays |is )?unchanged"
    r"|same as (?:before|above)|code omitted.*)(?: (?:here|remains? (?:the same|unchanged)"
    r"|stays? (?:the same|unchanged)|goes here|is unchanged|for brevity|unchanged|as (?:it )?is))?\.?)"
    r"|(?:the |all )*(?:rest|remainder|remaining \w+|others?|everything else|other \w+)"
    r"(?: of (?:the|your|this) \w+)? (?:(?:remains?|stays?|is|are) )?(?:unchanged|the same|as before)\.?"
    r"|(?:此处|这里|以下|以上)?(?:其余|其他|剩余|现有|原有)?(?:的)?(?:代码|部分|函数|方法|内容|逻辑|实现|测试)*"
    r"(?:均|都|全部)?(?:已|被)?(?:保持不变|不变|省略|与之前相同|同上|同前)[。.]?"
)


def elision(code: str, before: str = "") -> str | None:
    """The first line that stands for code left out, or None where the file is whole.

    A line that the file had `before` stands for itself.
    """
    known = set(before.split("\n"))
    for line in code.split("\n"):
        if len(line) > 200 or line in known:
            continue
        comment = _COMMENT.match(line) or _BARE.match(line)
        if comment and _stands_for_code(" ".join(comment["said"].lower().split())):
            return line.strip()
    return None


def _stands_for_code(comment: str) -> bool:
    """Whether a comment says that code was left out: with dots, or as all it says."""
    comment = _REMINDER.sub("", comment)
    words = _DOTS.sub("", comment)
    if words != comment:
        return _LEFT_OUT.match(words.strip()) is not None
    return _PLAIN.fullmatch(comment.strip("[]()<>")) is not None
