def boss_chain(bosses: dict[str, str], name: str) -> list[str]:
    """The bosses of somebody, from the direct one upwards."""
    chain = [name]
    while chain[-1] in bosses:
        boss = bosses[chain[-1]]
        if boss in chain:
            raise ValueError(f"{boss} is a boss of themselves")
        chain.append(boss)
    return chain[1:]
