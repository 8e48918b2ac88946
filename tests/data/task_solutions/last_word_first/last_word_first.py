def last_word_first(text: str) -> str:
    """The words with the last one moved to the front."""
    words = text.split()
    return " ".join(words[-1:] + words[:-1])
