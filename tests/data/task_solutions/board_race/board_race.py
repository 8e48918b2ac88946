def board_race(players: int, rolls: list[int]) -> list[int]:
    """Play a board game with these rolls and tell where the pieces stand."""
    fields = [0] * players
    turn = 0
    for roll in rolls:
        target = fields[turn] + roll
        if target <= 20:
            fields = [0 if field == target else field for field in fields]
            fields[turn] = target
        if target == 20:
            break
        if roll != 6:
            turn = (turn + 1) % players
    return fields
