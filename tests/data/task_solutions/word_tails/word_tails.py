def word_tails(text: str) -> str:
    """The last characters of all words."""
    return "".join(word[-1] for word in text.split())
