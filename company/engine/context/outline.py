"""The outline of a file: what it offers, without how, for prompts that need no more."""

from warehouse.sandbox.stacks.cards import detect_stack


def outline(path: str, text: str) -> str:
    """One file as a line of its own and a line for each public definition in it."""
    head = f"- {path} ({len(text.splitlines())} lines)"
    stack = detect_stack([path])
    if stack is None:
        return head
    try:
        definitions = stack.code.outline(text)
    except SyntaxError:
        return f"{head}, does not parse"
    return "\n".join([head, *(f"  {line}" for line in definitions)])
