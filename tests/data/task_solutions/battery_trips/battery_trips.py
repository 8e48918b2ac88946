def battery_trips(trips: list[int], capacity: int) -> tuple[int, int]:
    """Make trips with a battery: how often it is charged, and the charge that is left."""
    charge = capacity
    times = 0
    for need in trips:
        if need > capacity:
            continue
        if charge < need:
            charge = capacity
            times += 1
        charge -= need
    return times, charge
