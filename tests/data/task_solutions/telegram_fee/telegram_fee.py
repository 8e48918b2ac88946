def telegram_fee(text: str) -> int:
    """What a telegram costs in pence."""
    words = [word for word in text.split() if word.lower() != "stop"]
    return max(35, sum(7 * ((len(word) + 9) // 10) for word in words))
