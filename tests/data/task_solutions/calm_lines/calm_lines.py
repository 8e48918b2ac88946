def calm_lines(text: str) -> str:
    """The text without blanks at the ends of lines and needless empty lines."""
    kept: list[str] = []
    for line in text.split("\n"):
        line = line.rstrip()
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).rstrip("\n")
