def tidy_tags(text: str) -> list[str]:
    """The different tags of the text in small letters."""
    tags = [tag.strip().lower() for tag in text.replace(";", ",").split(",")]
    return list(dict.fromkeys(tag for tag in tags if tag))
