def is_palindrome(text):
    kept = [character.lower() for character in text if character.isalnum()]
    return kept == kept[::-1]


def initials(name):
    return "".join(f"{word[0].upper()}." for word in name.split())


def shorten(text, width):
    if width < 3:
        raise ValueError("the width must be at least 3")
    return text if len(text) <= width else text[: width - 3] + "..."
