def rumour_days(friends: dict[str, list[str]], start: str) -> dict[str, int]:
    """The day on which each one hears the rumour."""
    heard = {start: 0}
    for day in range(1, sum(len(called) for called in friends.values()) + 1):
        for name, since in list(heard.items()):
            called = friends.get(name, [])
            if day - since <= len(called):
                heard.setdefault(called[day - since - 1], day)
    return heard
