def word_change(old: str, new: str) -> str:
    """The words of both sentences with what was changed in brackets."""
    before, after = old.split(), new.split()
    start: list[str] = []
    end: list[str] = []
    while before and after and before[0] == after[0]:
        start.append(before.pop(0))
        after.pop(0)
    while before and after and before[-1] == after[-1]:
        end.insert(0, before.pop())
        after.pop()
    change = [f"[{' '.join(before)}|{' '.join(after)}]"] if before or after else []
    return " ".join(start + change + end)
