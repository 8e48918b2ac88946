import re


def read_aloud(code: str) -> str:
    """The code with rows of two and three equal characters read together."""
    rows = [match[0] for match in re.finditer(r"(.)\1{0,2}", code)]
    return ", ".join(("", "double ", "triple ")[len(row) - 1] + row[0] for row in rows)
