def stutter_words(text: str) -> str:
    """The text with the first letter of long words said three times."""
    words = text.split(" ")
    for place, word in enumerate(words):
        if len(word) >= 5 and word[0] not in "aeiouAEIOU":
            words[place] = f"{word[0]}-{word[0]}-{word}"
    return " ".join(words)
